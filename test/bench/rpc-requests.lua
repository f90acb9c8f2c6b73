-- Requests of test/bench/rpc.mjs for wrk: the lines of a file as bodies of POST requests, in turn, each with the password.
--   wrk … -s rpc-requests.lua URL -- BODIES AUTHORIZATION
-- Prints one line of JSON at the end.

local requests = {}
local turn = 0

function init(args)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = args[2] }
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", "/", headers, line)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
