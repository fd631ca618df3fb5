"""A guest's purchase by card, with the client that openapi-python-client makes of the document."""

import sys
import time

from feira_client import Client
from feira_client.api.cart import post_carts, post_carts_id_items, put_carts_id_shipping
from feira_client.api.catalogue import get_products, get_products_key
from feira_client.api.checkout import post_checkouts
from feira_client.api.payments import get_payments_id
from feira_client.models import (
    AddressBody, CheckoutBody, ItemBody, MethodBodyType1, MethodBodyType1Method, PaymentStatus, ProblemBody, ShippingBody,
)

ADDRESS = AddressBody(recipient="Ana Souza", street="Rua Augusta", number="1500", city="São Paulo", state="SP",
                      postal_code="01304-001", country="BR")


def body(answer):
    """The body of an answer that is no problem."""
    if answer is None or isinstance(answer, ProblemBody):
        raise SystemExit(f"buy.py: {answer}")
    return answer


def main(base):
    shop = Client(base_url=base)
    card = body(get_products.sync(client=shop, in_stock=True, limit=1)).items[0]
    product = body(get_products_key.sync(card.slug, client=shop))
    variant = next(variant for variant in product.variants if variant.available)

    cart = body(post_carts.sync(client=shop))
    guest = shop.with_headers({"X-Cart-Token": cart.cart_token})
    body(post_carts_id_items.sync(cart.id, client=guest, body=ItemBody(variant_id=variant.id, quantity=1)))
    to = ShippingBody(country=ADDRESS.country, state=ADDRESS.state, postal_code=ADDRESS.postal_code)
    total = body(put_carts_id_shipping.sync(cart.id, client=guest, body=to)).totals.total

    approved = MethodBodyType1(method=MethodBodyType1Method.CARD, token="tok_approved")
    order = CheckoutBody(cart_id=cart.id, email="python@example.com", shipping_address=ADDRESS, payment=approved,
                         expected_total=total)
    payment = body(post_checkouts.sync(client=guest, body=order, idempotency_key=f"python-{cart.id}")).payment
    end = time.monotonic() + 30
    while payment.status != PaymentStatus.COMPLETED:
        if time.monotonic() > end:
            raise SystemExit(f"buy.py: the payment is {payment.status}")
        time.sleep(0.2)
        payment = body(get_payments_id.sync(payment.id, client=guest))
    print(f"buy.py: {payment.amount.amount} {payment.amount.currency} for {product.name}")


if __name__ == "__main__":
    main(sys.argv[1])
