#!/bin/bash
# Measures the same line with iperf3 and with fluxnode, alternately, in both directions: two network namespaces, each direction limited
# by tc (tbf) and delayed by half of the round trip. Nothing leaves the namespaces. Needs root, iproute2, iperf3, g++ (where the kernel
# has no netem) and dist/fluxnode.
#
#   test/bench/bandwidth-beside-iperf3.sh [ROUNDS] [MEGABITS…]        default: 3 25 50 100 1000
#
# On a machine that others use, `chrt -r 10 test/bench/…` keeps them from getting between the frames.

set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
shift || true
rates=("$@")
[ ${#rates[@]} -gt 0 ] || rates=(25 50 100 1000)

round_trip_ms=20
id=$$
near=fxbw-near-$id
far=fxbw-far-$id
middle=fxbw-mid-$id
work=$(mktemp -d)
pids=()
api=16127
far_ip=10.213.0.2

cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  for space in "$near" "$far" "$middle"; do ip netns del "$space" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

for space in "$near" "$far" "$middle"; do
  ip netns add "$space"
  ip netns exec "$space" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
  ip -n "$space" link set lo up
done
ip link add line netns "$near" type veth peer name a netns "$middle"
ip link add line netns "$far" type veth peer name b netns "$middle"
ip -n "$near" addr add 10.213.0.1/24 dev line
ip -n "$far" addr add $far_ip/24 dev line
for end in "$near line" "$far line" "$middle a" "$middle b"; do
  set -- $end
  ip -n "$1" link set dev "$2" up
done

if ip netns exec "$middle" tc qdisc add dev a root netem delay $((round_trip_ms / 2))ms limit 100000 2>/dev/null; then
  ip netns exec "$middle" tc qdisc add dev b root netem delay $((round_trip_ms / 2))ms limit 100000
  ip -n "$middle" link add bridge type bridge
  ip -n "$middle" link set dev a master bridge
  ip -n "$middle" link set dev b master bridge
  ip -n "$middle" link set dev bridge up
  delay="netem"
else
  g++ -O2 -std=c++17 -o "$work/delay-line" test/bench/delay-line.cc
  ip netns exec "$middle" "$work/delay-line" a b $((round_trip_ms * 500)) &
  pids+=($!)
  delay="delay-line (this kernel has no netem)"
fi

limit() { # MEGABITS: the whole frame counts, as tc does
  local burst=$(($1 * 1000 / 8)) # a millisecond, but never less than a segmented frame
  [ $burst -ge 65536 ] || burst=32768
  for space in "$near" "$far"; do
    ip netns exec "$space" tc qdisc replace dev line root tbf rate "$1mbit" burst "$burst" latency 50ms
  done
}

FLUXNODE_BANDWIDTH_TEST=10000000 ip netns exec "$far" dist/fluxnode start --datadir "$work/far" --network regtest --listen off \
  --api-port $api --rpc-port 16124 --quiet >"$work/start" &
pids+=($!)
ip netns exec "$far" iperf3 -s >/dev/null &
pids+=($!)
for _ in $(seq 200); do
  grep -q ready "$work/start" && break
  sleep 0.1
done

busy() { awk '/^cpu /{print $2+$3+$4+$6+$7+$8+$9, $2+$3+$4+$5+$6+$7+$8+$9}' /proc/stat; }
number() { node -e 'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{const v=JSON.parse(t);console.log('"$1"')})'; }

with_iperf() { ip netns exec "$near" iperf3 -c $far_ip -t 10 -O 2 -P 4 -J "$@" | number 'v.end.sum_received.bits_per_second/1e6'; }

echo "kernel $(uname -r), $(nproc) processors, congestion control $(sysctl -n net.ipv4.tcp_congestion_control), delay by $delay"
echo "Mbit/s, at the receiver; iperf3 -t 10 -O 2 -P 4; load is that of everybody before the round"
printf '%6s %5s %10s %10s %7s %10s %10s %7s %9s %6s %5s\n' limit round iperf-down flux-down ratio iperf-up flux-up ratio latency/ms load busy
for rate in "${rates[@]}"; do
  limit "$rate"
  for round in $(seq "$rounds"); do
    load=$(cut -d' ' -f1 /proc/loadavg)
    read -r used_before all_before < <(busy)
    down=$(with_iperf -R)
    up=$(with_iperf)
    read -r flux_down flux_up latency < <(
      ip netns exec "$near" dist/fluxnode bench --only bandwidth --peer $far_ip:$api --datadir "$work/near" --json |
        number '[v.bandwidth.downloadBitsPerSecond/1e6, v.bandwidth.uploadBitsPerSecond/1e6, v.bandwidth.latencyMillis].join(" ")'
    )
    read -r used all < <(busy)
    awk -v r="$rate" -v n="$round" -v a="$down" -v b="$flux_down" -v c="$up" -v d="$flux_up" -v l="$latency" -v load="$load" \
      -v busy="$(((used - used_before) * 100 / (all - all_before)))" \
      'BEGIN{printf "%6d %5d %10.2f %10.2f %7.3f %10.2f %10.2f %7.3f %9.2f %6s %4d%%\n", r, n, a, b, b/a, c, d, d/c, l, load, busy}'
  done
done
