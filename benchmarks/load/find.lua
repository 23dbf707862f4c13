-- GET /dht/find_providers of the 100,000 content ids that provide.lua announces, in turn, made beforehand so that the client costs little.
local ids = 100000
local requests = {}
local next = 0

function init(args)
  for i = 0, ids - 1 do
    local cid = string.format("b3:%064x", i * 2654435761 % 4294967296)
    requests[i] = wrk.format("GET", "/dht/find_providers/" .. cid)
  end
end

function request()
  local request = requests[next]
  next = (next + 1) % ids
  return request
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("status_errors %d socket_errors %d\n", errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
