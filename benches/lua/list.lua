-- Lists of 24: the newest, those of a category, of a word, or of a word within a category. The
-- kind comes from BENCH_LIST; `mixed` takes all four in turn.
local bench = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local WORDS = {
    "amber", "azure", "black", "bronze", "coral", "ebony", "green", "ivory", "olive", "silver",
    "bamboo", "canvas", "clay", "cotton", "glass", "iron", "linen", "oak", "silk", "walnut",
    "basket", "bowl", "candle", "chair", "cushion", "lamp", "mirror", "mug", "plate", "vase",
}
local requests = {}
local turn = 0

local function add(kind, query)
    local wanted = os.getenv("BENCH_LIST") or "mixed"
    if wanted == "mixed" or wanted == kind then
        requests[#requests + 1] = wrk.format("GET", "/api/v1/products?limit=24" .. query)
    end
end

function init()
    bench.seed()
    local categories = bench.lines("categories")
    for i, word in ipairs(WORDS) do
        local category = categories[i % #categories + 1]
        add("newest", "")
        add("category", "&category=" .. category)
        add("word", "&q=" .. word)
        add("word-in-category", "&q=" .. word .. "&category=" .. category)
    end
    turn = math.random(#requests)
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

done = bench.done_requests
