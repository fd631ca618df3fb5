-- The steps of a guest's purchase. JSON is picked apart with patterns, which is enough for
-- answers whose fields come in a known order.
local bench = dofile(os.getenv("BENCH_SCRIPTS") .. "/common.lua")
local buying = { bench = bench, steps = {} }
local ADDRESS = '{"recipient":"Clara Nunes","street":"Rua Augusta","number":"1500",' ..
    '"district":"Consolação","city":"São Paulo","state":"SP","postal_code":"01304-001","country":"BR"}'
local ana, bento = {}, {}

function buying.prepare()
    bench.seed()
    ana, bento = bench.lines("variants.ana-ceramica"), bench.lines("variants.cafe-do-bento")
end

local function headers(flow)
    return { ["Content-Type"] = "application/json", ["X-Cart-Token"] = flow.token }
end

local function any(list)
    return list[math.random(#list)]
end

-- Three different variants: two of one store, one of the other. Or what everybody wants.
local function choose(flow)
    if os.getenv("BENCH_HOT") then
        flow.lines = { ana[1] }
        return
    end
    local a, b = math.random(#ana), math.random(#ana - 1)
    if b >= a then b = b + 1 end
    flow.lines = { ana[a], any(bento), ana[b] }
end

buying.steps.cart = {
    expect = 201,
    request = function() return wrk.format("POST", "/api/v1/carts", {}, "") end,
    take = function(flow, body)
        flow.cart, flow.token = body:match('^{"id":"([^"]+)"'), body:match('"cart_token":"([^"]+)"')
        if not (flow.cart and flow.token) then return "a cart without id or token" end
        choose(flow)
    end,
}

function buying.steps.item(number)
    return {
        expect = 200,
        request = function(flow)
            local body = string.format('{"variant_id":"%s","quantity":1}', flow.lines[number])
            return wrk.format("POST", "/api/v1/carts/" .. flow.cart .. "/items", headers(flow), body)
        end,
    }
end

buying.steps.shipping = {
    expect = 200,
    request = function(flow)
        local body = '{"country":"BR","state":"SP","postal_code":"01304-001"}'
        return wrk.format("PUT", "/api/v1/carts/" .. flow.cart .. "/shipping", headers(flow), body)
    end,
    take = function(flow, body)
        -- The cart's own totals come after those of its stores.
        for total in (body:match('^(.*)"problems":') or body):gmatch('"total":(%b{})') do
            flow.total = total
        end
        if not flow.total then return "a cart without a total" end
    end,
}

buying.steps.checkout = {
    expect = 201,
    request = function(flow)
        local all = headers(flow)
        all["Idempotency-Key"] = flow.cart
        local body = string.format('{"cart_id":"%s","email":"%s@bench.example","shipping_address":%s,' ..
            '"payment":{"method":"card","token":"tok_approved"},"expected_total":%s}',
            flow.cart, flow.cart, ADDRESS, flow.total)
        return wrk.format("POST", "/api/v1/checkouts", all, body)
    end,
    take = function(_, body)
        local status = body:match('^{"order":{"id":"[^"]+","number":"[^"]+","status":"([^"]+)"')
        if status ~= "confirmed" then return "the order is " .. tostring(status) end
    end,
}

return buying
