-- GET /routing/v1/providers as a client of IPFS asks, JSON and lines in turn, of content ids in turn; the file CIDS has one a line.
local requests = {}
local next = 0

function init(args)
  for cid in io.lines(os.getenv("CIDS")) do
    local accept = #requests % 2 == 0 and "application/json" or "application/x-ndjson"
    requests[#requests + 1] = wrk.format("GET", "/routing/v1/providers/" .. cid, { Accept = accept })
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("status_errors %d socket_errors %d\n", errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
