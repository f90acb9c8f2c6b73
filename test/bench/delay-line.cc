// Holds every Ethernet frame between two interfaces for a while: what netem's `delay` does, for kernels without it.
//
//   delay-line INTERFACE INTERFACE MICROSECONDS
//
// Frames keep their segmentation offload (PACKET_VNET_HDR), so that a few thousand frames a second make a gigabit.

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <vector>

namespace {

constexpr int kSocketBuffer = 64 << 20;
constexpr size_t kLargestFrame = 70000;
constexpr size_t kMostFrames = 100000;

struct Frame {
  int64_t due;
  std::vector<uint8_t> bytes;
};

int64_t Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void Require(int result, const char* what) {
  if (result >= 0) return;
  perror(what);
  exit(1);
}

int Open(const char* name) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
  Require(fd, "socket");
  int on = 1;
  Require(setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on), "PACKET_VNET_HDR");
  Require(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), "PACKET_IGNORE_OUTGOING");
  Require(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kSocketBuffer, sizeof kSocketBuffer), "SO_RCVBUFFORCE");
  Require(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &kSocketBuffer, sizeof kSocketBuffer), "SO_SNDBUFFORCE");
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(name));
  Require(address.sll_ifindex == 0 ? -1 : 0, name);
  Require(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
  packet_mreq request = {};
  request.mr_ifindex = address.sll_ifindex;
  request.mr_type = PACKET_MR_PROMISC;
  Require(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request), "PACKET_MR_PROMISC");
  return fd;
}

class Direction {
 public:
  Direction(int from, int to, int64_t delay) : from_(from), to_(to), delay_(delay) {}

  void Read() {
    static uint8_t buffer[kLargestFrame];
    for (;;) {
      ssize_t length = read(from_, buffer, sizeof buffer);
      if (length <= 0) return;
      if (frames_.size() < kMostFrames) frames_.push_back({Now() + delay_, {buffer, buffer + length}});
    }
  }

  // Returns when the next frame is due, or a second from now.
  int64_t Send() {
    while (!frames_.empty() && frames_.front().due <= Now()) {
      const auto& bytes = frames_.front().bytes;
      if (write(to_, bytes.data(), bytes.size()) < 0) ++lost_;
      frames_.pop_front();
    }
    return frames_.empty() ? Now() + 1000000000LL : frames_.front().due;
  }

  uint64_t lost() const { return lost_; }

 private:
  int from_, to_;
  int64_t delay_;
  uint64_t lost_ = 0;
  std::deque<Frame> frames_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 4) {
    fprintf(stderr, "usage: delay-line INTERFACE INTERFACE MICROSECONDS\n");
    return 2;
  }
  const int a = Open(words[1]), b = Open(words[2]);
  const int64_t delay = atoll(words[3]) * 1000;
  Direction forth(a, b, delay), back(b, a, delay);
  uint64_t told = 0;
  for (;;) {
    forth.Read();
    back.Read();
    const int64_t first = forth.Send(), second = back.Send();
    const int64_t wait = (first < second ? first : second) - Now();
    if (forth.lost() + back.lost() != told) {
      told = forth.lost() + back.lost();
      fprintf(stderr, "frames lost: %llu\n", static_cast<unsigned long long>(told));
    }
    if (wait <= 0) continue;
    pollfd sockets[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    timespec rest = {wait / 1000000000LL, wait % 1000000000LL};
    ppoll(sockets, 2, &rest, nullptr);
  }
}
