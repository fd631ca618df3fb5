-- A product by id, any of them.
local bench = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local requests = {}

function init()
    bench.seed()
    for i, id in ipairs(bench.lines("products")) do
        requests[i] = wrk.format("GET", "/api/v1/products/" .. id)
    end
end

function request()
    return requests[math.random(#requests)]
end

done = bench.done_requests
