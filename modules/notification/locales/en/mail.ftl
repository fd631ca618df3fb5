# Parts that several mails share.
greeting = Hello { $name },
greeting-plain = Hello,
footer = { $shop } sent you this message because of your account or an order.
button-fallback = If the button does not work, open this address:
label-total = Total
label-instalments = By card
instalments-of = { $count }x of { $amount }
label-shipping = Shipping ({ $method })
label-store-total = Total of { $store }
label-on-delivery = To be paid to { $store } on delivery
label-address = Delivery address
label-tracking = Tracking
label-pix = PIX code, to copy and paste
label-pix-of-store = PIX code of { $amount } to { $store }, to copy and paste
label-account-of-store = Transfer { $amount } to { $store }
label-to-store = To be paid to { $store } itself
label-statement = On the bank statement
label-not-paid = Not paid in time, and cancelled
line-quantity = { $quantity } × { $title }
date-long = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $day }, { $year }

# A moment, with the offset from UTC that it is told in.
date-time = { $date } at { $time } (UTC{ $offset })

# To a person who registered. Her name is left out: an account can be made with any address.
verify-email-subject = Confirm your e-mail address
verify-email-heading = Confirm your e-mail address
verify-email-intro = Somebody, we hope you, made an account at { $shop } with this address. Confirm it to finish.
verify-email-action = Confirm my address
verify-email-note = If it was not you, ignore this message: without the confirmation the account cannot be used.

# To a person who forgot her password.
reset-password-subject = Set a new password
reset-password-heading = Set a new password
reset-password-intro = Somebody, we hope you, asked for a new password for your account at { $shop }. The link works once, within an hour.
reset-password-action = Set a new password
reset-password-note = If it was not you, ignore this message: your password stays as it is.

# To the new address of a person. Her name is left out: the address may be somebody else’s.
change-email-subject = Confirm your new e-mail address
change-email-heading = Confirm your new e-mail address
change-email-intro = Somebody, we hope you, wants to use this address for an account at { $shop }. Confirm it to finish.
change-email-action = Confirm my address
change-email-note = If it was not you, ignore this message: without the confirmation nothing changes.

# To the present address of a person.
email-change-asked-subject = Your e-mail address is to change
email-change-asked-heading = Your e-mail address is to change
email-change-asked-intro = Somebody with your password asked to use another e-mail address for your account at { $shop }. It changes once that address is confirmed. If it was not you, set a new password now: that stops it.
email-change-asked-action = Set a new password

# To a person whose password was changed.
password-changed-subject = Your password was changed
password-changed-heading = Your password was changed
password-changed-intro = The password of your account at { $shop } was changed, and your other devices were signed out. If it was not you, set a new one now.
password-changed-action = Set a new password

# To a person who wants to sign in without her password.
sign-in-link-subject = Sign in to { $shop }
sign-in-link-heading = Sign in to { $shop }
sign-in-link-intro = { $surface ->
    [shop] This code signs you in at { $shop }, once, within an hour. Enter it where you asked for it.
   *[other] This link signs you in at { $shop }, once, within an hour.
}
sign-in-link-action = Sign in
sign-in-link-note = If you did not ask for it, ignore this message: nobody gets in without it.

# To the applicant.
application-approved-subject = Your store { $store } is approved
application-approved-heading = Welcome, { $store }
application-approved-intro = Your store is approved: what you publish now can be bought.
application-approved-action = Open my store
application-rejected-subject = Your application for { $store }
application-rejected-heading = Your application was not accepted
application-rejected-intro = We looked at your application for { $store } and could not accept it.
application-rejected-action = Open my application
application-rejected-note = You can correct it and apply again.
store-suspended-subject = Your store { $store } is suspended
store-suspended-heading = Your store is suspended
store-suspended-intro = We suspended { $store }: nothing of it can be bought until we lift that. This is why:
store-suspended-action = Open my store
store-reinstated-subject = Your store { $store } is open again
store-reinstated-heading = Welcome back, { $store }
store-reinstated-intro = The suspension is lifted: what you publish can be bought again.
store-reinstated-action = Open my store

# To the buyer.
order-placed-subject = Order { $number } is placed: pay it until { $until }
order-placed-heading = Your order waits for your payment
order-placed-intro = Your order { $number } is placed. Pay { $total } until { $until }: what is not paid by then is cancelled.
order-placed-action = See my order and pay
order-confirmed-subject = Order { $number } is confirmed
order-confirmed-heading = Thank you for your order
order-confirmed-intro = { $paid ->
    [on_delivery] Your order { $number } is placed. You pay each store when you get its part.
   *[before] Your order { $number } is paid.
} { $stores ->
    [one] The store is told and will send it.
   *[other] { $stores } stores are told, and each sends its own part.
}
order-confirmed-action = See my order
order-shipped-subject = On its way: order { $number }
order-shipped-heading = { $store } has sent your order
order-shipped-intro = { $store } has sent its part of your order { $number }.
order-shipped-action = See my order
order-cancelled-subject = Order { $number } is cancelled
order-cancelled-heading = Your order is cancelled
order-cancelled-intro = { $reason ->
    [expired] Your order { $number } was not paid in time, so it is cancelled.
    [buyer] Your order { $number } is cancelled, as you asked.
   *[other] Your order { $number } is cancelled.
}
order-cancelled-action = See my order
order-cancelled-note = If you have paid, the whole amount goes back to you.
order-refunded-subject = Refund of order { $number }: { $amount }
order-refunded-heading = { $amount } goes back to you
order-refunded-intro = We gave { $amount } of your order { $number } back, in the way in which you paid. Depending on your bank it takes some days until you see it.
order-refunded-action = See my order

# To the people of a store.
payment-expected-subject = Expect { $amount } for order { $number }
payment-expected-heading = A buyer pays you { $amount }
payment-expected-intro = Order { $number } of { $store } waits for { $amount }, which its buyer pays you directly. When you have the money, say so on the order’s page: then it is sold, and you can send it. What you have not confirmed by { $until } is cancelled.
payment-expected-action = Confirm the payment
new-order-subject = New order { $number }
new-order-heading = You sold { $units ->
    [one] one unit
   *[other] { $units } units
}
new-order-intro = { $paid ->
    [on_delivery] Order { $number } waits to be sent by { $store }. Its buyer pays you when it is handed over; say then that you have the money.
   *[before] Order { $number } is paid and waits to be sent by { $store }.
}
new-order-action = Open the order
part-cancelled-subject = Order { $number } is cancelled
part-cancelled-heading = Do not send { $units ->
    [one] one unit
   *[other] { $units } units
}
part-cancelled-intro = { $paid ->
    [to_store] Order { $number } was cancelled before { $store } sent it. Its buyer was to pay you yourself: if you have the money, or it still comes, send it back, and say on the order’s page that you did.
    [on_delivery] Order { $number } was cancelled before { $store } sent it. Its goods go back into your stock, and nobody pays for it.
   *[before] Order { $number } was cancelled before { $store } sent it. Its goods go back into your stock, the money goes back to the buyer, and you earn nothing by it.
}
part-cancelled-action = Open the order
part-refunded-subject = Order { $number }: { $amount } was given back
part-refunded-heading = { $amount } went back to the buyer
part-refunded-intro = The marketplace gave { $amount } of order { $number } of { $store } back to its buyer. The order’s page says who bears it.
part-refunded-action = Open the order
payout-paid-subject = A payout to { $store } was made
payout-paid-heading = A payout was made
payout-paid-intro = On { $date } we paid out what { $store } earned. The amount and the orders are in its statement.
payout-paid-action = Open my payouts
payout-returned-subject = A payout to { $store } came back
payout-returned-heading = A payout came back
payout-returned-intro = The bank sent a payout to { $store } back to us. Nothing is lost: its earnings are payable again and go into the next payout. Please see whether the account that we pay is right.
payout-returned-action = Open my payouts

debt-invoiced-subject = { $store }: an invoice of what it owes
debt-invoiced-heading = An invoice
debt-invoiced-intro = The marketplace billed { $store } what it owes. It is not taken off your payouts: please pay it by the day that the invoice says.
debt-invoiced-action = Open my invoices
payout-account-changed-subject = The payout account of { $store } was changed
payout-account-changed-heading = Your payout account was changed
payout-account-changed-intro = From now on { $store } is paid on another account. Payouts are held for a while after a change. If it was not you, change your password at once, set the account right and write to us.
payout-account-changed-action = See the account
phone-changed-subject = The telephone of { $store } was changed
phone-changed-heading = Your telephone was changed
phone-changed-intro = Buyers who pay { $store } in a chat write to another number from now on; for a while after a change nobody can pay so. If it was not you, change your password at once, set the number right and write to us.
phone-changed-action = See the profile
payment-disputed-subject = { $whose ->
    [store] A payment to { $store } is disputed
   *[other] A payment is disputed
}
payment-disputed-heading = A payer asks her money back through her bank
payment-disputed-intro = { $whose ->
    [store] Until it is decided, the money is kept back of what { $store } earned.
   *[other] Until it is decided, the money is kept back of what its stores earned.
} { $until ->
    [known] Write what happened, and add receipts, by { $date }.
   *[other] Write what happened, and add receipts, soon: the bank decides without them, too.
}
payment-disputed-action = Open the dispute
dispute-closed-subject = { $outcome ->
    [won] A dispute is won
   *[other] A dispute is lost
}
dispute-closed-heading = { $outcome ->
    [won] The money stays
   *[other] The money is gone
}
dispute-closed-intro = { $outcome ->
    [won] The bank decided against the payer: what was kept back is there again.
   *[other] The bank decided for the payer: what was kept back is gone, and so is the commission on it.
} { $whose ->
    [store] It concerns { $store }.
   *[other] It concerns each of its stores.
}
dispute-closed-action = Open the dispute
stock-low-subject = Low stock at { $store }: { $product }
stock-low-heading = A product is running out
stock-low-intro = { $available ->
    [0] { $product } ({ $variant }) of { $store } is sold out.
    [one] Of { $product } ({ $variant }) of { $store } one unit is left.
   *[other] Of { $product } ({ $variant }) of { $store } { $available } units are left.
}
stock-low-action = Open the product
