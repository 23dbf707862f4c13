-- POST /dht/provide of 100,000 content ids in turn, made beforehand so that the client costs little.
local ids = 100000
local bodies = {}
local next = 0

function init(args)
  for i = 0, ids - 1 do
    local cid = string.format("b3:%064x", i * 2654435761 % 4294967296)
    local body = '{"cid":"' .. cid .. '","node":"/ip4/192.0.2.1/t/4001","ttl_secs":3600}'
    bodies[i] = wrk.format("POST", "/dht/provide", { ["Content-Type"] = "application/json" }, body)
  end
end

function request()
  local body = bodies[next]
  next = (next + 1) % ids
  return body
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("status_errors %d socket_errors %d\n", errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
