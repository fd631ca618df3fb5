/** A guest's purchase by PIX, with openapi-fetch and the types that openapi-typescript makes of the document. */

import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { argv: string[] };

const [, , base] = process.argv;
const shop = createClient<paths>({ baseUrl: base });
const address = {
  recipient: "Ana Souza", street: "Rua Augusta", number: "1500", city: "São Paulo", state: "SP",
  postal_code: "01304-001", country: "BR",
};

/** The body of an answer that is no problem. */
function body<Data, Problem>(answer: { data?: Data; error?: Problem }): Data {
  if (answer.data === undefined) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

const [card] = body(await shop.GET("/api/v1/products", { params: { query: { in_stock: true, limit: 1 } } })).items;
const product = body(await shop.GET("/api/v1/products/{key}", { params: { path: { key: card.slug } } }));
const variant = product.variants.find((variant) => variant.available > 0);
if (!variant) {
  throw new Error(`${product.name} is sold out`);
}

const made = body(await shop.POST("/api/v1/carts"));
const headers = { "X-Cart-Token": made.cart_token };
const path = { id: made.id };
const line = { variant_id: variant.id, quantity: 1 };
body(await shop.POST("/api/v1/carts/{id}/items", { params: { path }, headers, body: line }));
const { country, state, postal_code } = address;
const to = { country, state, postal_code };
const cart = body(await shop.PUT("/api/v1/carts/{id}/shipping", { params: { path }, headers, body: to }));

let { payment } = body(await shop.POST("/api/v1/checkouts", {
  params: { header: { "Idempotency-Key": `typescript-${made.id}` } },
  headers,
  body: {
    cart_id: made.id, email: "typescript@example.com", shipping_address: address, payment: { method: "pix" },
    expected_total: cart.totals.total,
  },
}));
if (payment.next_action.type !== "pix_code") {
  throw new Error(`no code to pay: ${payment.next_action.type}`);
}

// The buyer's bank reads the address out of the code.
const [charge] = /\/sandbox\/pix\/[0-9a-f]{32}/.exec(payment.next_action.br_code) ?? [];
const paid = await fetch(`${base}${charge}/pay`, { method: "POST" });
if (!paid.ok) {
  throw new Error(await paid.text());
}
const end = performance.now() + 30_000;
while (payment.status !== "completed") {
  if (performance.now() > end) {
    throw new Error(`the payment is ${payment.status}`);
  }
  await new Promise((next) => setTimeout(next, 200));
  payment = body(await shop.GET("/api/v1/payments/{id}", { params: { path: { id: payment.id } }, headers }));
}
console.log(`buy.ts: ${payment.amount.amount} ${payment.amount.currency} for ${product.name}`);
