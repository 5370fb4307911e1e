-- What wrk asks. Without arguments: the page, over and over.
-- With <token> <file of bodies> <run> <seconds>: comments, each another, for so long; then only /robots.txt, so that none is
-- under way when wrk stops. Prints one line: requests per second, p99 in milliseconds, failures, comments created (201).
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long us; } bench_time; int gettimeofday(bench_time *, void *);")

local moment = ffi.new("bench_time")
local function now()
   ffi.C.gettimeofday(moment, nil)
   return tonumber(moment.s) + tonumber(moment.us) / 1e6
end

local threads = {}
created, refused, first, last = 0, 0, 0, 0

function setup(thread)
   thread:set("id", #threads + 1)
   table.insert(threads, thread)
end

function init(arguments)
   wrk.headers["Accept-Encoding"] = "gzip"
   if #arguments == 4 then
      post(arguments[1], arguments[2], arguments[3], tonumber(arguments[4]))
   end
end

function post(token, file, run, seconds)
   local bodies, number = {}, 0
   for line in io.lines(file) do
      table.insert(bodies, line)
   end
   local headers = { ["Content-Type"] = "application/x-www-form-urlencoded", ["HX-Request"] = "true" }
   first = now()
   function request()
      if now() - first > seconds then
         return wrk.format("GET", "/robots.txt")
      end
      number = number + 1
      local mark = table.concat({ run, id, number }, "-")
      local fields = { "token=", token, "&nonce=bench-", mark, "&seconds=42&subject=&", bodies[number % #bodies + 1], "+", mark }
      return wrk.format("POST", nil, headers, table.concat(fields))
   end
   function response(status)
      if status == 201 then
         created, last = created + 1, now()
      elseif status ~= 200 then
         refused = refused + 1
      end
   end
end

function done(summary, latency)
   local made, failed, from, to = 0, 0, math.huge, 0
   for _, thread in ipairs(threads) do
      made, failed = made + thread:get("created"), failed + thread:get("refused")
      from, to = math.min(from, thread:get("first")), math.max(to, thread:get("last"))
   end
   local rate = made > 0 and made / (to - from) or summary.requests / (summary.duration / 1e6)
   local errors = summary.errors
   failed = math.max(failed, errors.status) + errors.connect + errors.read + errors.write + errors.timeout
   print(string.format("RESULT %.1f %.3f %d %d", rate, latency:percentile(99) / 1000, failed, made))
end
