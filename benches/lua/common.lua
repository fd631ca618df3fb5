-- What all loads share: a clock, the threads' figures, and the line that `benches/run` reads.
-- wrk runs this in the main state, where `setup` and `done` are called, and once per thread.

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long seconds; long nanoseconds; } bench_time;
    int clock_gettime(int clock, bench_time *time);
]]
local time = ffi.new("bench_time")

local bench = { threads = {} }

-- Microseconds since the machine was started (CLOCK_BOOTTIME, as in /proc/uptime).
function bench.now()
    ffi.C.clock_gettime(7, time)
    return tonumber(time.seconds) * 1e6 + math.floor(tonumber(time.nanoseconds) / 1e3)
end

function bench.lines(name)
    local lines = {}
    for line in io.lines(os.getenv("BENCH_DIR") .. "/" .. name) do
        lines[#lines + 1] = line
    end
    assert(#lines > 0, name .. " is empty")
    return lines
end

-- `number` tells the threads apart, from 1 on.
function setup(thread)
    table.insert(bench.threads, thread)
    thread:set("number", #bench.threads)
end

function bench.seed()
    math.randomseed(number * 7919 + os.time())
    for _ = 1, 5 do math.random() end
end

local function result(count, seconds, p50, p99, bad, last)
    io.write(string.format("RESULT %d %.6f %.2f %.2f %d %.0f\n", count, seconds, p50, p99, bad, last))
end

local function socket_errors(errors)
    return errors.connect + errors.read + errors.write + errors.timeout
end

-- For loads of single requests: wrk's own figures.
function bench.done_requests(summary, latency)
    local bad = summary.errors.status + socket_errors(summary.errors)
    result(summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, bad, bench.now())
end

local function at(sorted, percent)
    return #sorted == 0 and 0 or sorted[math.max(1, math.ceil(#sorted * percent / 100))] / 1e3
end

-- For loads of whole flows: what the threads measured themselves.
function bench.done_flows(summary)
    local all, bad, first, last = {}, socket_errors(summary.errors), math.huge, 0
    local problem
    for _, thread in ipairs(bench.threads) do
        for _, duration in ipairs(thread:get("durations")) do
            all[#all + 1] = duration
        end
        bad = bad + thread:get("bad")
        if thread:get("first") > 0 then first = math.min(first, thread:get("first")) end
        last = math.max(last, thread:get("last"))
        if thread:get("problem") ~= "" then problem = thread:get("problem") end
    end
    table.sort(all)
    result(#all, last > 0 and (last - first) / 1e6 or 0, at(all, 50), at(all, 99), bad, last)
    if problem then io.write("PROBLEM ", (problem:gsub("%s+", " "):sub(1, 600)), "\n") end
end

-- A thread's one connection takes one step after the other; a flow that meets an answer which
-- it did not expect is counted as bad and begun anew. A step has `expect` (a status),
-- `request(flow)` and perhaps `take(flow, body)`, which returns what is wrong, if anything.
-- `request` may be asked for twice, so it changes nothing.
function bench.flow(steps, finished)
    durations, bad, first, last, problem = {}, 0, 0, 0, ""
    local step, flow = 1, nil

    function request()
        if step == 1 then
            flow = { started = bench.now() }
            if first == 0 then first = flow.started end
        end
        return steps[step].request(flow)
    end

    function response(status, _, body)
        local this = steps[step]
        local wrong = nil
        if status ~= this.expect then
            wrong = "status " .. status
        elseif this.take then
            wrong = this.take(flow, body)
        end
        if wrong then
            bad = bad + 1
            problem = string.format("step %d: %s: %s", step, wrong, body or "")
            step = 1
        elseif step < #steps then
            step = step + 1
        else
            last = bench.now()
            durations[#durations + 1] = last - flow.started
            step = 1
            if finished then finished(flow) end
        end
    end
end

return bench
