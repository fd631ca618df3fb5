# The texts of the pages. Both languages have the same keys; a test compares them.

## Frame and navigation

language-name = English
skip-to-content = Skip to content
nav-main = Main
nav-more = More
nav-account = Account
nav-sign-out = Sign out
nav-store = Store
nav-operator = Marketplace
nav-waiting = waiting
nav-crumbs = Where you are
nav-pages = Pages
nav-home-link = To the start
nav-switch-store = Switch
nav-home = Home
nav-orders = Orders
nav-products = Products
nav-payouts = Payouts
nav-shipping = Shipping
nav-profile = Store profile
nav-overview = Overview
nav-applications = Applications
nav-stores = Stores
nav-categories = Categories
nav-sales = Orders
nav-payments = Payments
nav-settle = Payouts
nav-books = Books
nav-earnings = Earnings
nav-reports = Seller report
nav-disputes = Disputes
nav-commission = Commission
nav-audit = Audit log
nav-mailbox = Mailbox
search-products = Search products
orders-search = Order number or half of it, e-mail, name or phone
orders-document = Document
orders-search-all = Number, e-mail, name, phone, payment
page-first = First page
page-next = Next page
filter-apply = Filter
filter-all = All
filter-clear = Clear filters
save = Save
saved = Saved.
remove = Remove
cancel = Cancel
form-refused = There is a problem
form-sure = I am sure: { $name }
form-not-sure = Nothing was done: tick that you are sure.
form-outdated = Somebody changed this after you opened it, so nothing was saved. The current value stands beside each field that differs. Change what you want, then save again.
form-now = Now: { $name }
form-now-empty = Now: nothing

## Times

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
time-date = { $day } { $month } { $year }
time-day = { $day } { $month }
time-exact = { $date }, { $time } { $zone }
time-just-now = just now
time-soon = in a moment
time-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-minutes-ahead = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
time-hours-ahead = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
time-days-ahead = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}

## Fields

field-required = Fill in this field.
field-money = Write an amount such as 19.90.
field-money-ambiguous = This can be read in two ways. Write 1234 for a thousand, or two digits for cents, such as 1.23.
field-money-decimals = This currency has fewer decimal places.
field-negative = This cannot be below zero.
field-too-large = This is too large.
field-whole = Write a whole number from zero.
field-change = Write a whole number, such as 5 or -2.
field-percent = Write a percentage such as 12.5.
field-day = Choose a day.
label-name = Name
label-description = Description
label-category = Category
label-names_en = Name in English
label-names_pt-BR = Name in Portuguese
label-price = Price
label-compare_at = Compare-at price
label-sku = SKU
label-quantity = Quantity
label-stock_policy = Stock
label-value = Option
label-option_name = Option
label-barcode = Barcode
label-weight_grams = Weight
label-file = File
label-image = Image
label-alt_text = Description of the image
label-amount = Amount
label-note = Note
label-tags = Tags
label-brand = Brand
label-carrier = Carrier
label-tracking_number = Tracking number
label-reason = Reason
label-key = PIX key
label-bank = Bank
label-branch = Branch
label-account = Account
label-holder = Holder
label-holder_tax_id = CPF or CNPJ
label-iban = IBAN
label-bic = BIC
label-currency = Currency
label-reference = Reference
label-provider = Provider
label-release_at = Payable from
label-phone = Phone
label-time_zone = Time zone
label-transit_days = Days
label-threshold = Free from
label-parent = Below
label-store = Store
label-email = E-mail
label-password = Password
label-current_password = Current password
label-new_password = New password
label-business_name = Name of the business
label-tax_id = CPF or CNPJ
label-address_street = Street
label-address_number = Number
label-address_complement = Complement
label-address_district = District
label-address_city = City
label-address_state = State
label-address_postal_code = Postal code
label-address_country = Country
label-first_name = First name
label-last_name = Last name

## Error pages

failed-400 = This request cannot be read
failed-advice-400 = Go back and try again.
failed-401 = Sign in first
failed-advice-401 = Sign in, then open the page again.
failed-403 = You may not do this
failed-advice-403 = Ask somebody who has the right in this store or marketplace.
failed-404 = This page is not there
failed-advice-404 = The address is wrong, or the thing belongs to somebody else.
failed-405 = This cannot be done here
failed-advice-405 = Go back to the page and use its buttons.
failed-408 = This took too long
failed-advice-408 = Send it again; on a slow line, a smaller file.
failed-409 = Something changed meanwhile
failed-advice-409 = Go back, look again and repeat it if it is still right.
failed-413 = This is too large
failed-advice-413 = Send a smaller file.
failed-422 = This does not fit
failed-advice-422 = Go back and look at what you entered.
failed-429 = Too many tries
failed-advice-429 = Wait a moment and try again.
failed-500 = An error on our side
failed-advice-500 = It was noted. Try again; if it stays, tell the operator the number below.
failed-503 = Not available now
failed-advice-503 = Nothing was changed. Try again in a moment.
failed-home = To the start page
failed-request = Request { $name }

## Signing in, front page, links from mails

sign-in-seller = Sign in to sell
sign-in-operator = Operator sign-in
sign-in-login = E-mail or username
sign-in-password = Password
sign-in-submit = Sign in
sign-in-as-seller = Sign in as a seller
sign-in-as-operator = Sign in as an operator
sign-in-by-mail = Sign in by a link that we mail to you
sign-in-link-title = Sign in by a mailed link
sign-in-link-text = We mail you a link that signs you in once, without your password. It works for an hour.
sign-in-link-submit = Send the link
sign-in-link-sent = If there is an account with this e-mail address or username, the link is in its mailbox in a moment. If you asked less than half an hour ago, use the one that you have.
sign-in-link-back = Sign in by password
sign-in-link-use = Press the button to sign in on this device.
sign-in-link-of-shop = This code is for the shop: enter it there.
sign-in-insecure = Browsers do not keep a sign-in over plain http at this address. Open { $name }, or put https in front.
sign-in-insecure-short = Signing in does not work over plain http at this address.
sign-in-no-second-factor = Operators sign in by password only for now; a second factor is to come.
sign-in-forgot = Forgot your password?
sign-in-register = Make an account
sign-in-ended = Your session has ended, so nothing was saved. Sign in to go on: what you typed is kept for you.
send-again-title = Send it once more
send-again-text = Your session changed, so nothing was saved yet. Look at what you typed, then send it once more.
send-again-submit = Send
demo-accounts = Demo accounts
demo-accounts-hint = This is a demo: everybody may use these.
demo-role = Role
demo-role-operator = Operator
demo-role-seller = Seller
demo-role-buyer = Buyer
front-title = Feira
front-what = A marketplace of many sellers, served from this computer. Shops buy through its API; sellers and operators work on its pages.
front-seller = Sellers
front-seller-hint = Products, stock, orders, payouts
front-register = New here?
front-register-hint = Make an account, then apply to sell
front-operator = Operators
front-operator-hint = Applications, orders, books
front-api = API
front-api-hint = Read the documentation
verify-title = Confirm your e-mail
verify-text = Press the button to confirm that this e-mail address is yours.
verify-submit = Confirm
verify-done = Your e-mail address is confirmed. You can sign in now.
verify-failed = This link is wrong, expired or was used already.
first-operator-title = Create the first operator
first-operator-text = This marketplace has no operator yet. Whoever holds this link becomes its first one; the link works once.
first-operator-used = This link was used: the marketplace has its first operator. If that is you, sign in.
first-operator-ended = This link is wrong or has expired. Start the server again: it shows a new one while there is no operator.
first-operator-submit = Create operator
first-operator-done = You are the first operator. Sign in.
person-first-name = First name
person-last-name = Last name
person-email = E-mail
person-password-hint = At least 8 characters, and not a common one.
register-title = Make an account
register-text = With an account you can apply to sell. We mail you a link to confirm your address.
register-submit = Make the account
register-known = I have an account: sign in
register-sent = Look into your mailbox: if the address has no account yet, the link to confirm it is there. If it has one, sign in.
forgot-title = Set a new password
forgot-text = Say the e-mail address of your account. We mail you a link, which works once within an hour.
forgot-submit = Send the link
forgot-sent = Look into your mailbox: if somebody has an account with this address, the link is there.
reset-title = Set a new password
reset-text = Choose a new password. All your devices are signed out.
reset-again = Ask for another link
reset-done = Your password is changed. Sign in with the new one.
leave-title = Sign out
leave-text = Sign out of the pages in this browser?
leave-done = You are signed out.
account-statement = Write with it
account-holder = Holder
account-tax-id = CPF or CNPJ
account-bank = Bank
account-number = Account
account-title = My account
account-password = Password
account-password-hint = All other devices are signed out, and a mail tells you of the change.
account-current-password = Current password
account-new-password = New password
account-password-submit = Change password
account-password-done = Your password is changed, and your other devices are signed out.
account-email-now = Your address is { $name }.
account-email-hint = We mail a link to the new address; your account keeps the present one until the link is used. The present address is told, too.
account-new-email = New e-mail
account-email-submit = Change e-mail
account-email-sent = Look into the mailbox of the new address: if nobody has it yet, the link to confirm it is there.
sell-title = Apply to sell
sell-text = You are signed in and have no store yet. Tell us about the one that you want to open; we answer by e-mail.
sell-applied = You have a store: { $name }.
sell-open = Open my store
sell-name = Name of the store
sell-name-hint = What buyers see.
sell-description = Description
sell-description-hint = What you sell, in a few sentences.
sell-business-name = Name of the business
sell-business-name-hint = Yours, or that of your company, as it is registered.
sell-tax-id = CPF or CNPJ
sell-phone = Phone
sell-address = Address
sell-street = Street
sell-number = Number
sell-complement = Complement
sell-district = District
sell-city = City
sell-state = State
sell-postal-code = Postal code
sell-country = Country
sell-country-hint = Two letters, such as BR.
sell-submit = Apply
sell-done = Thank you. We look at your application and answer by e-mail; you can add products already.
guest-title = Your order
guest-order = Your order { $name }
guest-pay = Pay
guest-pay-pix = Read the code with your bank’s app, or copy the text. It runs out
guest-pay-qr = PIX code to scan
guest-pay-go = Go on to pay
guest-stores-pays = You pay { $amount } to { $name }
guest-stores-transfer = Transfer the amount to the store itself, and write what stands below with it. The order waits for it until
guest-stores-chat = Write to the store with what stands in the chat; you agree upon how you pay it. Until:
guest-stores-wait = The store confirms when it has the money. What is not paid in time is cancelled, and the rest is sent.
guest-delivery = You pay on delivery
guest-delivery-pays = You pay { $amount } to { $name } when you get its part.
guest-pay-chat = Write to us with what stands in the chat; we agree upon how you pay, and confirm it by hand. Until:
guest-pay-chat-go = Open WhatsApp
guest-pay-chat-order = Order { $name }:
guest-pay-transfer = Transfer the total, and write the order’s number with it. The order waits for it until
guest-pay-code = The code
guest-pay-copy = Copy the code
guest-pay-copied = Copied.
guest-again = Pay in another way
guest-again-failed = The payment was not made: { $name }.
guest-again-until = The order is kept for you. It can be paid until:
guest-again-pix = Pay with PIX
guest-again-shop = To try another card, go back to the shop where you ordered.
guest-again-token = Token of a card
guest-again-card = Pay by card
guest-again-paid = Thank you. The order is paid.
guest-again-started = Follow what is said below to pay.
guest-again-refused = This way to pay was not accepted. Try another one.
guest-again-closed = One of the stores cannot be bought from now. Cancel the order and buy the rest again.
guest-cancel = Cancel the order
guest-cancel-hint-stores = The whole order is cancelled. What you paid a store goes back to you from that store itself, which is told to send it. This cannot be undone.
guest-cancel-hint = The whole order is cancelled, and what you paid goes back to you. This cannot be undone.
guest-cancel-done = The order is cancelled.
guest-cancel-no-refund = The payment cannot be given back any more, so the order was not cancelled. Write to the seller.
guest-arrived = Has everything arrived?
guest-arrived-hint = Press the button once all that was sent is with you.
guest-arrived-submit = It has arrived
guest-arrived-done = Thank you. The sellers know that it arrived.

## Dashboard

todo-title = What needs doing
todo-nothing = Nothing waits for you.
todo-to-collect = { $count ->
    [one] { $count } order was to be paid on delivery: say whether it was
   *[other] { $count } orders were to be paid on delivery: say whether they were
}
todo-to-confirm = Confirm the payment of { $name } once it is on your account
todo-to-confirm-all = { $count ->
    [one] { $count } payment waits to be confirmed
   *[other] { $count } payments wait to be confirmed
}
todo-to-give-back = Send the refund of { $name }
todo-to-give-back-all = { $count ->
    [one] { $count } refund is to be sent
   *[other] { $count } refunds are to be sent
}
todo-to-ship = { $count ->
    [one] { $count } order to ship
   *[other] { $count } orders to ship
}
todo-sold-out = { $count ->
    [one] { $count } product sold out
   *[other] { $count } products sold out
}
todo-disputes = { $count ->
    [one] { $count } dispute waits for evidence
   *[other] { $count } disputes wait for evidence
}
todo-refused = Notifications of { $name } are refused: see whether its webhook secret is right
todo-alarms = { $count ->
    [one] { $count } charge is not as it should be
   *[other] { $count } charges are not as they should be
}
todo-bank-lines = { $count ->
    [one] { $count } line of a bank statement waits for you
   *[other] { $count } lines of bank statements wait for you
}
todo-payout-account = Say where your store is paid: before that nothing can be paid out
todo-undocumented = { $count ->
    [one] { $count } order without a fiscal document
   *[other] { $count } orders without a fiscal document
}
todo-applications = { $count ->
    [one] { $count } application to decide
   *[other] { $count } applications to decide
}
todo-payouts = { $count ->
    [one] { $count } payout to pay
   *[other] { $count } payouts to pay
}
todo-dead = { $count ->
    [one] { $count } event was not delivered
   *[other] { $count } events were not delivered
}
todo-late-jobs = { $count ->
    [one] { $count } background job is late: is the server overloaded, or its clock wrong?
   *[other] { $count } background jobs are late: is the server overloaded, or its clock wrong?
}
todo-unconfigured = { $count ->
    [one] { $count } payment or refund waits for { $name }, a provider that is not configured any more
   *[other] { $count } payments or refunds wait for { $name }, a provider that is not configured any more
}
todo-forgotten = { $count ->
    [one] { $count } refund at { $name } has no known outcome; asked for again it could be paid twice: look there
   *[other] { $count } refunds at { $name } have no known outcome; asked for again they could be paid twice: look there
}
todo-no-mail = Messages are not sent: no mail server is configured (mail.smtp_url)
todo-no-payments = Nothing can be sold yet: there is no way to be paid. Enter a provider: one PIX key is enough
todo-to-mark = { $name } waits to be marked as paid
todo-to-mark-all = { $count ->
    [one] { $count } payment waits to be marked as paid
   *[other] { $count } payments wait to be marked as paid
}
todo-to-send = The refund of { $name } is to be sent
todo-to-send-all = { $count ->
    [one] { $count } refund is to be sent
   *[other] { $count } refunds are to be sent
}
todo-of-store = A store has to send the refund of { $name }
todo-of-store-all = { $count ->
    [one] A store has to send { $count } refund
   *[other] Stores have to send { $count } refunds
}
todo-returned = The refund of { $name } came back: give it back in another way
todo-returned-all = { $count ->
    [one] { $count } refund came back
   *[other] { $count } refunds came back
}
todo-messages = { $count ->
    [one] { $count } message was not sent
   *[other] { $count } messages were not sent
}
figure-to-ship = To ship
figure-awaiting = Awaiting payment
figure-payouts = Payouts to pay
figure-books-good = Balanced
figure-books-bad = Broken
sales-title = Turnover and commission
sales-days = Days
sales-turnover = Turnover
sales-commission = Commission
sales-refunded = Refunded in part, taken off
sales-last = { $count ->
    [1] Today
   *[other] Last { $count } days
}
chart-title = Sales of 30 days
chart-empty = No paid orders in the last 30 days.
chart-caption = { $count ->
    [one] in { $count } order
   *[other] in { $count } orders
}
chart-label = { $count ->
    [one] Sales per day of the last 30 days: { $name } in { $count } order
   *[other] Sales per day of the last 30 days: { $name } in { $count } orders
}
chart-top = Best day { $name }
chart-as-table = As a table
chart-day = Day
chart-orders = Orders
chart-sales = Sales

## Orders

orders-title = Orders
orders-recent = Latest orders
orders-empty = No orders here.
orders-none-new = No new orders: everything paid was taken on.
orders-tabs = State of the orders
orders-tab-new = New
orders-tab-accepted = Accepted
orders-tab-shipped = Shipped
orders-tab-delivered = Delivered
orders-tab-on_delivery = Paid on delivery
orders-tab-unpaid = Unpaid
order-document = Fiscal document
orders-tab-undocumented = Without document
orders-tab-cancelled = Cancelled
orders-tab-all = All
order-number = Order
order-recipient = Recipient
order-placed = Placed
order-payment = Payment
order-fulfilment = Delivery
order-units = Units
order-status = State
order-stores = Stores
order-lines = What was ordered
order-history = History
order-ship-to = Ship to
order-method = Shipping method
order-email = Buyer
order-of-buyer = Part of the buyer’s order
order-shipments = Shipments
order-summary = Summary
order-guest = guest
order-sku = SKU { $name }
order-moved-on = The order moved on meanwhile; this step does not fit any more.
ship-title = Ship this order
ship-carrier = Carrier
ship-tracking = Tracking number
ship-tracking-hint = Empty if it has none, as of a courier.
ship-submit = Ship
ship-done = Marked as shipped. The buyer gets a message.
ship-wait = Do not send yet: the payment has not arrived.
accept-hint = Not ready to ship?
accept-submit = Accept the order
accept-done = Order accepted.
expect-title = Expect { $name } from the buyer
expect-hint = The buyer pays you directly; the marketplace takes nothing of it, and its commission is taken off your next payout, or you are asked for it. Look at your account first: what you confirm is sold and cannot be taken back here. Do not send before.
expect-late-hint = This part is cancelled and was given up. If the money came all the same, say so: it is recorded as yours to send back, and the buyer is told once you did.
expect-late-submit = It came after all
expect-not = The money will not come
expect-not-hint = This part is given up: it is cancelled, and the buyer cannot pay it any more. If it only has not come yet, wait: what is not paid in time is cancelled by itself.
expect-not-submit = Mark as not paid
collect-notice = The buyer pays you { $name } on delivery. The marketplace takes nothing of it; the commission is taken off your next payout, or you are asked for it.
collect-title = Did the buyer pay?
collect-hint = Say so when you, or who brought it, have the money. It cannot be taken back here.
collect-submit = I have the { $name }
collect-done = Marked as paid.
gave-back-title = You gave { $name } back
give-back-title = Give { $name } back
give-back-hint = The buyer paid you, so you give it back, in cash or by a transfer: say then how, and under which reference. You owe the commission of it until then.
give-up-title = The buyer did not pay
give-up-hint = The goods are back with you, and nobody will pay for them: the order is returned.
give-up-restock = Put the goods back into the stock
note-beside = Note (optional)
give-up-note = Why (for the history)
give-up-submit = Mark as not paid and returned
give-up-done = Marked as not paid and returned.
deliver-title = On its way
deliver-hint = When you know that it arrived, say so: the return window starts then.
deliver-submit = Mark as delivered
deliver-done = Marked as delivered.
earning-title = Your earning
earning-sold = Goods + shipping
earning-commission = Commission
earning-earning = You earn
earning-payable = Payable since
earning-coming = Paid with the payouts of { $name }
earning-held = { $count ->
    [one] Held for one day, until { $name }
   *[other] Held for { $count } days, until { $name }
}
earning-held-new = { $count ->
    [one] Held for one day, until { $name }: your store is new
   *[other] Held for { $count } days, until { $name }: your store is new
}
earning-window = Payable after the return window:
earning-later = Payable after delivery and the return window.
earning-back = Back to the buyer
earning-unpaid = Nobody has paid it yet.
earning-cancelled = It was cancelled or came back, and nobody paid for it: nothing is earned by it.
earning-refunding = Nothing is earned by it: the money goes back to the buyer.
earning-refunded = Nothing is earned by it: the money went back to the buyer.
earning-in-payout = On its way to you, in a payout.
earning-paid-to-store = Your buyer paid it to you.
earning-paid-at-provider = Paid to your account at the provider:
earning-on-delivery = Your buyer pays it to you on delivery.
earning-paid-out = Paid out to you.
earning-fees = Fees of providers
earning-instalments = The buyer pays the whole purchase by card in { $count } instalments. You are paid as if it were at once.
earning-no-document = It waits for the fiscal document.
earning-releasing = It becomes payable in a moment.
earning-state-unpaid = Unpaid
earning-state-pending = Pending
earning-state-payable = Payable
earning-state-in_payout = In a payout
earning-state-paid_out = Paid out
earning-state-paid_to_store = Paid to you directly
earning-state-paid_at_provider = Paid to your account at the provider
earning-state-refunded = Refunded
earnings-any = All
earnings-state = State
earnings-from = From
earnings-to = To
earnings-none = No orders of this kind.
earnings-stands = Where it stands
statement-title = Statement
statement-hint = A month with its opening and closing balance and every entry. Without a month it is the current one.
statement-month = Month
statement-balance = Balance
statement-opening = Opening balance
statement-closing = Closing balance
statement-page = Page
operations-title = All operations
operations-hint = Orders, refunds, commission, fees and payouts, one a row; at most 366 days. Without days it is the current month.
document-title = Fiscal document
document-key = Access key
document-key-hint = 44 digits; spaces do not matter.
document-file = File
document-file-hint = XML or PDF of up to 1 MB, if you have it. The buyer sees it.
document-submit = Save the document
document-done = The fiscal document is saved.
document-number = Number / series
document-added = Added
document-open = Download the file
dac7-year = Year
dac7-none = Nothing was sold in this year.
dac7-file = Download CSV
dac7-hint = What stores sold, by the time of each sale; what came back later is taken off there. Nothing is converted: the rule for little sellers is told for euros only.
dac7-quarter = Quarter
dac7-sales = Sales
dac7-fees = Fees and commission
dac7-taxes = Taxes withheld
dac7-excluded = Excluded
dac7-consideration = Consideration
dac7-yes = Yes
dac7-no = No
total-subtotal = Goods
total-discount = Discount
total-shipping = Shipping
total-tax = Tax
total-total = Total
order-status-pending = Unpaid
order-status-confirmed = Confirmed
order-status-partially_shipped = Partly shipped
order-status-shipped = Shipped
order-status-partially_delivered = Partly delivered
order-status-delivered = Delivered
order-status-completed = Completed
order-status-cancelled = Cancelled
order-status-refunded = Refunded
fulfilment-pending = New
fulfilment-accepted = Accepted
fulfilment-packed = Packed
fulfilment-shipped = Shipped
fulfilment-delivered = Delivered
fulfilment-returned = Returned
fulfilment-cancelled = Cancelled
settlement-unpaid = Unpaid
settlement-on_delivery = Paid on delivery
settlement-paid = Paid
settlement-partially_refunded = Partly refunded
settlement-refunded = Refunded
completion-completed = Completed
actor-user = A person
actor-guest = The buyer
actor-nobody = Somebody who was not signed in
actor-system = Feira
reason-expired = not paid in time
reason-buyer = by the buyer
reason-paid_in_part = paid in part
reason-return_window = return window over
reason-refund_came_back = the refund came back
reason-disputed = lost in a dispute
reason-refunded = money given back
reason-not_received = not received
reason-damaged = damaged
reason-not_as_described = not as described
reason-out_of_stock = out of stock
reason-buyer_regret = the buyer changed her mind
reason-paid_too_much = paid too much
reason-goodwill = goodwill
reason-other = another reason

## Products

products-title = Products
products-empty = You have no products yet.
products-none-found = No product fits these filters.
import-title = Import products
import-file = CSV file
import-hint = What Shopify exports, or its newer template. Products that an earlier file made are changed.
import-start = Import
import-check = Check only
import-checked = Checked; nothing was changed
import-done = Imported
import-created = { $count ->
    [one] { $count } product made
   *[other] { $count } products made
}
import-updated = { $count ->
    [one] { $count } product changed
   *[other] { $count } products changed
}
import-refused = { $count ->
    [one] { $count } line refused
   *[other] { $count } lines refused
}
import-all = { $count ->
    [one] Show it
   *[other] Show all { $count }
}
import-line = Line { $name }
import-notes = Refusals and notes
import-note = Note
import-place = Line and column
import-detail = Detail
product-new = New product
product-create = Create product
product-product = Product
product-status = State
product-stock = In stock
product-variants = Variants
product-price = Price
product-updated = Changed
product-created = Created
product-details = Details
product-name = Name
product-description = Description
product-category = Category
product-brand = Brand
product-tags = Tags
product-tags-hint = Separated by commas
product-about = About
product-slug = Web address
product-draft = Draft
product-active = Active
product-archived = Archived
product-created-flash = { $name } was created. Add images below.
category-none = No category
category-root = At the top
category-new = New category
category-add = Add category
category-added = { $name } was added.
category-parent = Below
category-parent-hint = What is below it moves along.
category-details = Name and place
category-slug-stays = Its web address stays as it is.
category-remove = Remove category
category-remove-hint = One with other categories below it stays.
category-removed = Category removed.
category-products = Its products
category-products-stay = It has none
category-products-parent = Put them into the category above
categories-empty = No categories yet.
category-name-hint = Where a language below has no name of its own.
category-english = English
category-portuguese = Portuguese
variants-title = Variants
variants-new-hint = One row per variant, such as a size; leave rows empty that you do not need. A product without options has the first row only.
variants-option = Option { $count }
variants-option-hint = Such as Size; empty if there is none
variants-option-missing = Name the option in which the variants differ.
variants-value = Value of option { $count }
variants-row = Variant { $count }
variant-add = Add variant
variant-added = Variant added.
variant-remove = Remove variant
variant-remove-hint = It is no longer offered, and carts cannot buy it. Orders keep it.
variant-removed = Variant removed.
variant-last = A product has at least one variant. Archive the product instead.
variant-variant = Variant
variant-only = Only variant
variant-details = Price and details
variant-sku = SKU
variant-barcode = Barcode
variant-weight = Weight in grams
variant-compare-at = Compare-at price
variant-compare-at-hint = Shown struck through; above the price
images-title = Images
images-empty = No images yet. Products with images sell better.
images-file = Image file
images-hint = JPEG, PNG or WebP, up to 8 MB
images-alt = Description
images-alt-hint = For people who cannot see the image
images-add = Add image
images-added = Image added.
images-earlier = Earlier
images-ordered = Images put in order.
images-removed = Image removed.
images-moved-on = Somebody changed the images meanwhile.
images-unreadable = The file did not arrive whole, or is too large.

## Stock

stock-on-hand = On hand
stock-reserved = Reserved
stock-available = Available
stock-sold-out = Sold out
stock-policy = Stock
stock-policy-hint = For all variants; each can be changed later
stock-policy-counted = Counted, never sold below zero
stock-policy-continue = Counted, sold on below zero
stock-policy-not_counted = Not counted, always to be had
stock-not-counted = Not counted
stock-not-counted-hint = This stock is not counted. Choose another way under “Price and details” to book it.
stock-quantity = Quantity
stock-quantity-hint = On hand at the start
stock-adjust = Adjust stock
stock-mode = How
stock-mode-by = Add or take away
stock-mode-to = Set to a count
stock-amount = Amount
stock-amount-hint = 5 adds, -2 takes away; or what you counted
stock-submit = Book it
stock-done = Stock booked: { $count } on hand.
movements-title = Movements
movements-empty = No movements yet.
movement-when = When
movement-reason = Reason
movement-who = Who
movement-note = Note
movement-initial = Start
movement-restock = Restock
movement-adjustment = Adjustment
movement-import = Import
movement-reserved = Reserved
movement-released = Released
movement-expired = Hold expired
movement-order_placed = Sold
movement-order_cancelled = Order cancelled
movement-returned = Returned

## Payouts and ledger

payouts-and-balance = Balance and payouts
payouts-title = Payouts
payouts-empty = No payouts yet. They are made of earnings that are payable.
payouts-none = No payouts yet.
payouts-older = Older payouts
payouts-run = Make payouts now
payouts-run-hint = Makes one payout per store and currency of everything that is payable now. Pay it outside, then write down under which reference.
payouts-made = { $count ->
    [0] Nothing is payable now.
    [one] { $count } payout was made.
   *[other] { $count } payouts were made.
}
payout-made = Made
payout-status = State
payout-items = Earnings
payout-reference = Reference
payout-paid-at = Paid
payout-amount = Amount
payout-mark-paid = Mark as paid
payout-reference-missing = Write the reference under which you paid.
payout-pending = To be paid
payout-paid = Paid
payout-failed = Given up
payout-returned = Came back
payout-reference-for = Reference of the payout to { $name }
payout-paid-flash = The payout to { $name } is marked as paid.
payout-title = Payout of { $name }
payout-facts = The payout
payout-account = Account
payout-contains = What it contains
payout-more = { $count ->
    [one] One more is not shown.
   *[other] { $count } more are not shown.
}
payout-ended = Came back, or was given up
payout-ended-why = Why
payout-ended-hint = What it contained is payable again, and goes into the next payout.
payout-ended-flash = What the payout to { $name } contained is payable again.
payout-next = Next payout
payouts-file = File for the bank
payouts-file-again = Also those that are in a file already: the bank must not be given both
payout-filed = In a file since
payout-filed-at = In a file for the bank since
payout-orphaned-hint = The provider that was asked is not configured any more. Look there: if it made the transfer, say under which reference; if not, give the payout up below.
payout-not-transferred = It was not transferred, and will not be
payout-not-paid-there = The bank did not pay it, and will not: it is taken out of the file there
payout-pay-to = Pay to
payout-show-account = Show the whole account
payout-show-account-hint = It is written down who looked at it.
payout-cancel-title = It will not be paid
payout-cancel-hint = As by a wrong account: what it contains is payable again. The store reads why.
payout-cancel = Give it up
payout-return-title = The bank sent it back
payout-return-hint = What it contains is payable again, and the store is sent a mail. It reads why.
payout-return = It came back
payout-again-title = Pay the store again
payout-again = Make its payouts now
payout-account-now = Where you are paid
payout-account-none = No account yet: nothing can be paid out.
payout-account-hint = You get a mail after each change. From when on the new account is paid stands under Payouts.
payout-account-changed = Since
payout-account-see = See or change the account
payout-account-owner = Its owner says where the store is paid.
payout-account-saved = From now on you are paid on this account.
payout-account-save = Save the account
payout-account-pix = PIX key
payout-account-key = PIX key
payout-account-key-hint = CPF, CNPJ, telephone with +55, e-mail address, or random key
payout-account-bank_account = Bank account in Brazil
payout-account-bank = Bank, three digits
payout-account-branch = Branch
payout-account-number = Account with its digit
payout-account-tax-id = CPF or CNPJ of the holder
payout-account-holder = Holder
payout-account-iban = IBAN
payout-account-bic = BIC
payout-account-provider = Account at a provider
provider-account-at = Account at { $name }
provider-account-state = State
provider-account-missing = Still missing
provider-account-why = Why it is closed
provider-account-asked = Asked there
provider-account-none = None yet
provider-account-incomplete = Not completed
provider-account-checking = Being checked
provider-account-restricted = More is needed
provider-account-ready = Takes payouts
provider-account-open = Open an account there
provider-account-complete = Go on there
provider-account-go-on = Go on at the provider
provider-account-go-on-hint = You leave the marketplace: { $name } asks you for what it needs to pay you, and leads you back here. The address works once.
provider-account-use = Be paid on this account
provider-account-balance = In your account there
provider-account-withdrawn = Sent to your bank
provider-account-register = Give your PIX key there
provider-account-split-hint = Your part of each sale paid by PIX goes to your account there as soon as the buyer pays, and each run of payouts sends what is there to your PIX key. The account is of the PIX key on which you are paid.
provider-account-key = Of the PIX key
provider-account-kept = Why it stays there
provider-account-retired = Of a key before: it goes to that key
withdrawal-unknown = Answer lost: see your bank
withdrawal-kept-not_paid = Nothing is paid out to the store now: its payouts say why.
withdrawal-kept-new_store = The store is new: what it earns is kept for a while.
withdrawal-kept-other_key = The store is paid on another PIX key, which is not given at the provider yet.
withdrawal-kept-owes = The store owes the marketplace, and the provider sends all that is there or nothing.
withdrawal-kept-below_minimum = It is less than the least that is paid out.
split-accounts-title = Accounts at providers that split charges
withdrawal-asked = Asked for
withdrawal-made = Sent
withdrawal-refused = Refused
provider-needs-account_gone = The account is not there any more: give your PIX key again
provider-needs-address = Address
provider-needs-bank_account = A bank account
provider-needs-dob = Date of birth
provider-needs-document = A document with a photograph
provider-needs-email = E-mail address
provider-needs-external_account = A bank account
provider-needs-first_name = First name
provider-needs-id_number = Number of an identity document
provider-needs-last_name = Last name
provider-needs-mcc = What kind of business it is
provider-needs-name = Name
provider-needs-phone = Phone number
provider-needs-pix_key = A PIX key on which you are paid: save one below
provider-needs-pix_key_changed = You are paid on another PIX key by now: give that one there
provider-needs-pix_key_new = Your PIX key is new: it can be given there once payouts go to it
provider-needs-pix_key_taken = Another store has an account of your PIX key there: use one of your own
provider-needs-political_exposure = Whether somebody holds a public office
provider-needs-product_description = What is sold
provider-needs-representative = Who represents the business
provider-needs-statement_descriptor = What buyers read on their statements
provider-needs-tax_id = Tax id
provider-needs-tos_acceptance = Your agreement to its terms
provider-needs-url = The address of your shop
provider-closed-requirements-past_due = Something it asked for is late
provider-closed-requirements-pending_verification = It checks what was given
provider-closed-under_review = It looks into the account
provider-closed-listed = It looks into the account
provider-closed-platform_paused = Paused by the marketplace
provider-closed-rejected = It refused the account
provider-closed-action_required = Something is asked for there
provider-closed-other = It gives no reason
payout-transfer = Transferred by
payout-transfer-trouble = Why not yet
payout-transfer-again = Tried again
payout-reversed = Came back
payout-reversal = Taken back
transfer-waiting = Waits
transfer-asked = Asked
transfer-made = Made
transfer-given_up = Given up
transfer-short = Too little money at the provider
transfer-account_closed = The store’s account takes nothing
transfer-refused = Refused
transfer-unknown = No answer yet
transfer-settings = The provider cannot be used
reversal-asked = Asked
reversal-made = Came back
reversal-refused = Refused: the store owes it
why-not-suspended = Not while your store is suspended.
why-not-account = Not before you say where you are paid.
why-not-account-not-ready = Not before your account at the provider takes payouts: give there what is missing.
why-not-negative = Not yet: more was given back than you earned since.
why-not-nothing = Nothing is payable yet.
why-not-account-changed = Your account was changed: nothing is paid to it before { $name }.
why-not-held = Held until { $name }.
why-not-minimum = Below { $name }, the least amount of a payout: it waits for more.
balance-payable = Payable
balance-payable-note = In the next payout
balance-negative = { $name } more went back to buyers, or was taken for them, than is payable to you. Nothing is to be paid now: your next earnings make up for it, and payouts go on from there.
balance-pending = Pending
balance-pending-plain = Not delivered yet, or within the return window
balance-in-payout = On its way
balance-in-payout-note = Claimed by a payout
balance-paid = Paid out
ledger-title = Ledger
ledger-empty = No entries yet.
ledger-when = When
ledger-kind = What
ledger-account = Account
ledger-capture = Sale
ledger-release = Earning released
ledger-refund = Refund
ledger-payout = Payout made
ledger-payout_paid = Payout paid
ledger-split_paid = Paid to the store’s account at the provider
ledger-rest_released = Rest of what went back
ledger-refund_held = Refund asked for
ledger-refund_freed = Refund not made
ledger-refund_returned = Refund came back
ledger-payout_returned = Payout came back
ledger-payout_reversed = Taken back from a payout
ledger-fee = Fee of a provider
ledger-dispute_opened = Disputed
ledger-dispute_won = Dispute won
ledger-dispute_lost = Dispute lost
ledger-netting = Taken off
ledger-settled_by_store = Paid by the store
ledger-write_off = Written off
ledger-invoiced = Billed to the store
ledger-reserve_held = Put in reserve
ledger-reserve_released = Out of reserve
account-provider_clearing = Provider clearing
account-seller_pending = Sellers, pending
account-seller_payable = Sellers, payable
account-payout_in_transit = Payouts on their way
account-platform_commission = Commission
account-provider_disputed = Disputed, at the provider
account-seller_disputed = Sellers, disputed
account-seller_refunding = Sellers, being refunded
account-seller_reserve = Sellers, in reserve
account-seller_receivable = Owed by sellers
account-provider_fees = Fees of providers
account-platform_promotions = Discounts and refunds borne
account-write_offs = Written off
account-tax = Tax
books-balance = The books balance.
books-broken = The books do not balance.
books-recomputed = { $count ->
    [one] Recomputed just now from { $name } transaction.
   *[other] Recomputed just now from { $name } transactions.
}
books-violations = Broken rules
books-accounts = Accounts
books-currency = Currency
books-total = Total
books-empty = No entries yet.
books-signs = Each sum as what it is. What is held and what was spent is as much as what is owed and what was earned.
books-nature = What it is
nature-held = Held
nature-owed = Owed
nature-earned = Earned
nature-spent = Spent

## The books from near

ledger-entries = Entries
ledger-none = No entries that fit.
ledger-months = By month
ledger-month = Month
ledger-export = Download as CSV
ledger-order = Order
ledger-store-id = Store’s id
ledger-from = From
ledger-until = Until
ledger-transaction = Transaction
ledger-signs = As in the books: what is held or owed to the marketplace is positive, what it owes or earned is negative. The sides sum to zero.
store-books = Balance and reserves
debts-title = Stores that owe
debts-none = No store owes anything.
debts-hint = Those first that have owed longest. The next payouts of a store are less by what it owes.
debt-since = Since
debt-paid = The store paid
debt-paid-hint = Money that came outside, at most what is owed. Its reference finds it on the bank’s statement.
debt-paid-flash = Written down: the store owes less.
debt-write-off = Write off
debt-write-off-hint = What the store will never pay, at most what is owed. The marketplace bears it.
debt-written-off-flash = Written off: the store owes less.
balance-refunding = Being refunded
balance-refunding-note = Held for refunds that are asked for; it comes back if one is not made.
balance-reserved = In reserve
balance-reserved-note = Kept back until a day
balance-disputed = Disputed
balance-disputed-note = Kept back until it is decided
balance-owed = Owed
balance-owed-note = Taken off the next payouts, but for what an invoice asks for
balance-billed = Billed
balance-billed-note = Of what is owed, what open invoices ask for: no payout is less by it
reserves-title = Reserves
reserves-none = Nothing is kept in reserve.
reserves-more = Those that were put in reserve before are not shown.
reserve-reason = Why
reserve-reason-hint = The store reads this.
reserve-status = State
reserve-release-at = Payable from
reserve-release = Release
reserve-hold = Keep in reserve
reserve-hold-hint = A part of what is payable now; on that day it is payable again by itself.
reserve-held = Held
reserve-released = Released
reserve-held-flash = It is kept in reserve.
reserve-released-flash = It is payable again.

## Reconciliation

reconciliation-title = Reconciliation
reconciliation-hint = Upload what a payment provider says of its balance, as CSV. Each difference from the books is named. Nothing is kept or changed.
reconciliation-provider = Provider
reconciliation-format = Format
reconciliation-found-out = By its columns
reconciliation-file = Report
reconciliation-start = Compare
reconciliation-agrees = The report and the books agree.
reconciliation-differs = The report and the books differ.
reconciliation-matched = { $count ->
    [one] { $name } of { $count } line agrees.
   *[other] { $name } of { $count } lines agree.
}
reconciliation-payouts = Stores are paid from this account
reconciliation-bank-hint = A bank statement (OFX, or CSV with the format chosen) is held against the payments of a provider whose money comes to that account, such as PIX, and, if ticked, against payouts and what stores paid. A line that names nothing agrees with an entry of its amount within three days.
reconciliation-by-amount = { $count ->
    [one] { $count } line agrees by amount and day alone: the bank names nothing in it.
   *[other] { $count } lines agree by amount and day alone: the bank names nothing in them.
}
reconciliation-sums = Sums
reconciliation-reported = Reported
reconciliation-booked = In the books
reconciliation-fees-reported = Fees reported
reconciliation-fees-booked = Fees in the books
reconciliation-transferred = To the bank
reconciliation-differences = Differences
reconciliation-line = Line
reconciliation-id = Id
report-stripe = Stripe
report-mercado_pago = Mercado Pago
report-paypal = PayPal
report-plain = Plain CSV
report-bank_statement = Bank statement
difference-not_in_books = Not in the books
difference-not_in_report = Not in the report
difference-other_amount = Another amount
difference-other_currency = Another currency
difference-fee = Fee
difference-unreadable = Cannot be read

## Commission

commission-order-hint = The first rule that fits a line counts; the last one fits everything.
commission-rule = Commission rule
commission-new = New rule, at the top
commission-add = Add rule
commission-added = Rule added at the top.
commission-kind = Takes
commission-kind-percentage = A percentage
commission-kind-per_unit = An amount per unit
commission-value = Commission
commission-value-hint = 12.5, or an amount such as 1.50
commission-each = { $name } per unit
commission-all-stores = All stores
commission-all-categories = All categories
commission-of-nothing = Not there any more
commission-store-hint = Its web address, such as atelie; empty for all stores
commission-store-unknown = There is no store at this address.
commission-ends = Ends
commission-end = End or remove
commission-end-now = End now
commission-ended = The rule has ended.
commission-resume = Let it count again
commission-resumed = The rule counts again.
commission-removed = Rule removed.
commission-default-stays = The last rule counts for all that no other names, so it stays.
commission-orders-keep = Orders that were placed keep their commission.

## Invoices to stores

invoice = Invoice
invoice-number = Invoice { $name }
invoices-title = Invoices
invoices-none = No invoices.
invoices-hint = What was billed to this store. An open invoice is netted by no payout: the store pays it outside.
invoices-seller-hint = What the marketplace billed your store. It is not taken off your payouts: pay it as the invoice says.
invoice-status = State
invoice-due = Due on
invoice-note = What for, and how to pay
invoice-note-hint = The store reads this, on the invoice too.
invoice-from = From
invoice-made = Made
invoice-end = End
invoice-outcome = What became of it
invoice-ended-note = Reference or reason
invoice-make = Make an invoice
invoice-make-hint = What is billed is owed outside of payouts from then on. The store's people are told by e-mail.
invoice-made-flash = The invoice is made, and the store is told.
invoice-ended-flash = The invoice has ended.
invoice-note-missing = Say the reference under which it was paid, or why it ends.
invoice-owed-less = The store owes less than the invoice by now: withdraw it.
invoice-ended-already = The invoice had ended otherwise.
invoice-open = Open
invoice-paid = Paid
invoice-written_off = Written off
invoice-withdrawn = Withdrawn
settlements-title = Debts that ended
settlements-none = None so far.

## Payments

payment-status = State
payment-method = Method
payment-amount = Amount
instalments = Instalments
instalments-of = of { $name }
instalments-free = without interest
instalments-total = Paid in all, with interest
instalments-borne-by = Interest
interest-buyer = borne by the buyer
interest-marketplace = borne by the marketplace
interest-store = borne by the stores
payment-in-part = { $name } of { $amount }
payment-collected = Of it paid to stores, or to be
payment-failure = Why it failed
payment-failure-refused = refused by the provider
payment-failure-ended_by_provider = ended at the provider
payment-failure-expired = not paid in time
payment-failure-card_declined = card declined
payment-failure-expired_card = the card has expired
payment-failure-incorrect_number = wrong card number
payment-failure-incorrect_cvc = wrong security code
payment-failure-insufficient_funds = not enough money on the card
payment-failure-authentication_failed = not confirmed at the bank
payment-failure-card_token_unknown = the provider does not know the card
payment-failure-payment_declined = payment declined
payment-none = No payment yet.
exchange-charge = Asked for
exchange-by_hand = By an operator
exchange-webhook = Told
exchange-poll = Looked at
exchange-cancel = To be ended
exchange-expire = Its time was over
exchange-refund = Refund
exchange-texts = What was said
exchange-texts-hint = Without keys, card data and anything about people; erased after some time.
exchange-request = Asked
exchange-response = Answered
exchange-mismatch = Not as it should be
exchange-dispute = Dispute
outcome-waiting = Waits for the payment
outcome-pending = Waits for the payment
outcome-partially_refunded = Given back in part
outcome-not-accepted-by-the-provider = Not accepted by the provider
outcome-the-provider-knows-no-such-thing = The provider knows no such thing
outcome-the-provider-cannot-do-this = The provider cannot do this
outcome-somebody-else-gave-back-what-is-asked-back = Somebody else gave back what is asked back
outcome-no-answer = no answer in time
outcome-broken-answer = an answer that cannot be read: { $first }
outcome-answered = answered { $first }
outcome-charge-forgotten = the provider does not know its charge any more
outcome-dispute-opened = Opened over { $first }
outcome-dispute-reopened = Open again, over { $first }
outcome-dispute-kept_more = More is kept back: { $first } in all
outcome-dispute-lost_more = More is lost, as a refund did not arrive: { $first } in all
outcome-dispute-written_off = Written off: { $first } in all
outcome-dispute-changed = Over { $first } now, not { $second }
outcome-dispute-told = The provider tells of it as { $first }
alarm-charge = Charge { $first }: { $second }
alarm-another-payment = it is another payment’s
alarm-another-amount = it is over { $first }, not { $second }
alarm-another-payee = it has another payee
alarm-paid-less = is paid with { $first }, which is less than { $second }
alarm-paid-otherwise = is paid with { $first } in instalments, where the payer was told { $second }
alarm-refund-unseen = does not tell whether its refund { $first } came back: look at the provider
alarm-refund-back = { $first } of its refund { $second } came back; the buyer does not have it
alarm-fee = it is said to have cost { $first }, which is not booked
alarm-given-back = it was given back at the provider, at least in part, and not from here
alarm-many-disputes = it has more disputes than are looked at
alarm-not-split = it was not split as it was to be: the stores are paid by payouts
alarm-perhaps-split = it is paid, and its provider does not say whether it was split: say so on the payment’s page
alarm-disputed-more = it is disputed over { $first } ({ $second }), and { $third } of it was left: the rest is not in the books
alarm-dispute-of-another = a dispute { $first } is told of with it that is of another charge
alarm-dispute-amount = it has a dispute { $first } over { $second }, which cannot be
alarm-dispute-changed = its dispute { $first } is over { $second } now, not { $third }
alarm-dispute-lost-before = its dispute { $first } was lost, and is told to be otherwise now
alarm-dispute-won-before = its dispute { $first } was won, and is told to be otherwise now
alarm-inquiry = Dispute { $first }: the bank only asks so far
alarm-nothing-left = Dispute { $first }: nothing was left that could be disputed
outcome-authorized = Authorized
outcome-captured = Paid
outcome-completed = Done
outcome-failed = Failed
outcome-cancelled = Ended
outcome-expired = Expired
outcome-refunded = Given back
outcome-came-back = Came back
outcome-disputed = Disputed
outcome-dispute-over = The dispute is over
outcome-unknown-outcome = The outcome is not known
outcome-refused = Refused
outcome-another-amount = Over another amount
payment-exchanges = Exchanges with the provider
payment-pending = Pending
payment-authorized = Authorized
payment-completed = Paid
payment-failed = Failed
payment-cancelled = Cancelled
payment-expired = Expired
payment-partially_refunded = Partly refunded
payment-refunded = Refunded
payment-disputed = Disputed
method-pix = PIX
method-card = Card
method-bank_transfer = Bank transfer
method-paypal = PayPal
method-cash_on_delivery = Cash on delivery
method-whatsapp = WhatsApp
payments-title = Payments
payments-none = No payments yet.
payment-title = Payment of { $name }
payment-provider = Provider
payment-statement = On the bank statement
payment-card = Card
payment-end-to-end-id = End-to-end id of the PIX
payment-begun = Begun
payment-until = To be paid by
payment-order = Open the order
alarms-title = Alarms
alarms-none = No alarms: every charge is as it should be.
alarms-hint = Charges that are not what was asked for, or not what they were. Look at the provider first; nothing was booked by them.
alarm-message = What is amiss
payment-notes = Notes
payment-notes-hint = For operators alone; neither the buyer nor a store sees them. Write no card numbers or passwords here.
payment-notes-saved = The notes are saved.
splits-asked-title = Perhaps paid to the stores’ accounts at the provider
splits-asked-hint = The charge was to be split to these accounts, and the provider does not say whether it was. Until somebody looks there and says it, these stores are not paid by payouts.
split-say = Say whether it was split
split-was = It is in the store’s account
split-was-not = It was not split: payouts pay the store
split-settled-flash = What became of the part is written down.
legs-title = Paid to the stores themselves
legs-hint = Each store says on its order’s page what became of its part.
leg-say = Say what became of it
leg-mark-paid = Its store has the money
leg-mark-unpaid = Nobody will pay it
leg-open = Not paid yet
leg-paid = Paid
leg-unpaid = Will not be paid
payment-by-hand = Has the money come?
payment-by-hand-hint = Look at the bank account first: amount, and the code of the PIX. What is marked as paid is sold and cannot be taken back here.
payment-mark-paid = Mark { $name } as paid
payment-paid-flash = The payment is marked as paid, and its order confirmed.
payment-too-late-flash = The time to pay is over, and nothing is sold for this payment. If the money came, send it back by hand.
refunds-title = Refunds
refund-pending = On its way
refund-completed = Sent
refund-failed = Refused
refund-mark-sent = Mark as sent
refund-reference-for = Reference of the refund of { $name }
refund-reference-missing = Write the reference under which you sent it.
refund-by-hand-hint = Send the money back at the bank, then write down under which reference.
refund-sent-flash = The refund is marked as sent.
refund-to-send = To be sent
refund-by-store = The store gives it back
refund-store-gave-back = The store gave it back
refund-by-store-hint = What a store was paid itself, it gives back itself, and says so at its order. Send nothing from here. If it told you that it gave it back, write down how.
refund-withdrawn = Will not be sent
refund-withdraw = Will not be sent
refund-withdraw-hint = As when the account of the buyer is closed, and nothing was sent: the refund has failed, and as much can be given back again, in another way.
refund-withdrawn-flash = The refund will not be sent.
refund-return = It came back
refund-return-hint = The buyer’s bank sent the money back: the refund has failed, the books have it again, and as much can be given back in another way.
refund-returned-flash = The refund came back.
refund-came-back = Came back
refund-given-back-there = To be looked up there
refund-given-back-hint = The provider says that as much was given back there already, or does not say any more what became of this refund. Look there. If it was made, write down its reference; if not, this one has failed and nothing goes back by it.
refund-was-this = It was made
refund-was-another = It was not made
refund-settled-flash = What became of the refund is written down.
order-refund-requested = Begun
order-refund-asked = Not sent yet
order-refund-completed = Sent
order-refund-failed = Not given back
refund-title = Give money back
refund-of = Of what
refund-of-order = The whole order
refund-of-beside = A second payment of it: { $name }
refund-amount = Amount
refund-amount-hint = Leave it empty to give back all that is left.
refund-reason = Reason
refund-reason-not_received = Not received
refund-reason-damaged = Damaged
refund-reason-not_as_described = Not as described
refund-reason-out_of_stock = Out of stock
refund-reason-buyer_regret = The buyer changed her mind
refund-reason-paid_too_much = Paid too much
refund-reason-goodwill = Goodwill
refund-reason-other = Another reason
refund-failure-refused = refused by the provider
refund-failure-withdrawn = will not be sent
refund-failure-came_back = came back from the payer’s bank
refund-failure-too_large = more than was left of the payment
refund-failure-whole_only = the provider gives it back as a whole only
refund-failure-too_late = too late for the provider
refund-failure-disputed = kept back by a dispute
refund-failure-paid_to_stores = the stores were paid themselves
refund-failure-not_possible = nothing of the payment could be given back
refund-note = Note
refund-note-hint = For those who see to the order; the buyer does not read it.
refund-borne = Who bears it
refund-borne-hint = What the marketplace bears costs the store nothing.
refund-borne-store = The store
refund-borne-marketplace = The marketplace, for goodwill
refund-look = Show the figures
refund-figures = What this comes to
refund-buyer-gets = The buyer gets
refund-store-loses = The store loses
refund-commission-back = Of the commission comes back
refund-marketplace-bears = The marketplace bears
refund-fee-store = What the provider takes for it, the store bears
refund-fee-marketplace = What the provider takes for it, the marketplace bears
refund-fee-later = known once it is done
refund-left = Left to give back afterwards
refund-of-stores = Of each store
refund-store = Store
refund-earning-left = It still earns
refund-for-good = The money goes back to the buyer, and cannot be taken back here. What was paid by hand is sent by the marketplace, which takes longer.
refund-give = Give { $name } back
refund-change = Change
refund-left-only = Only { $name } of it is left to give back.
refund-done-flash = The money was given back.
refund-asked-flash = The refund has begun: the page says when it is sent.
refund-failed-flash = The payment’s provider refused the refund: nothing was given back.

## Bank statements

bank-statements-title = Bank statements
bank-statements-none = No statement was imported yet.
bank-statement-file = File of the bank
bank-statement-hint = OFX, or CSV. Payments whose code and amount a line has are marked as paid; all other lines wait for you. The same file again changes nothing.
bank-statement-columns = Choose the columns of a CSV
bank-statement-columns-hint = Only where they are not found by themselves: the name in the header, or the number from 1.
bank-statement-column-date = Column of the day
bank-statement-column-amount = Column of the amount
bank-statement-column-description = Column of the description
bank-statement-column-id = Column of the identifier
bank-statement-at = Imported
bank-statement-format = Format
bank-statement-count = Lines
bank-statement-count-known = Known before
bank-statement-lines = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
bank-statement-known = { $count ->
    [one] { $count } line that an earlier file had
   *[other] { $count } lines that an earlier file had
}
bank-statement-matched = { $count ->
    [one] { $count } payment marked as paid
   *[other] { $count } payments marked as paid
}
bank-statement-were-paid = { $count ->
    [one] { $count } payment that was already paid
   *[other] { $count } payments that were already paid
}
bank-statement-would-match = { $count ->
    [one] { $count } payment would be marked as paid
   *[other] { $count } payments would be marked as paid
}
bank-statement-imported = { $count ->
    [one] The statement is imported: { $count } payment is marked as paid.
   *[other] The statement is imported: { $count } payments are marked as paid.
}
store-statement-title = Statement of your bank
store-statement-hint = For orders that buyers pay to your own PIX key: a line with the code and the amount of one of your orders says that you have its money. Nothing of the file is kept.
store-statement-matched = { $count ->
    [one] One order is paid
   *[other] { $count } orders are paid
  }
store-statement-would-match = { $count ->
    [one] One order would be paid
   *[other] { $count } orders would be paid
  }
store-statement-were-paid = { $count ->
    [one] One line is of an order that was paid before
   *[other] { $count } lines are of orders that were paid before
  }
store-statement-unmatched = Without an order
store-statement-unmatched-hint = If you know which order a line pays, say so on that order’s page.
store-statement-order = The order
bank-lines-title = Lines of statements
bank-lines-waiting = Lines that wait
bank-lines-none = No line fits.
bank-lines-hint = Of a line without a code, write which payment it is the money of: its id, or the address of its page. What was paid too late is sent back at the bank; then ignore the line.
bank-line-state = State
bank-line-on = Day
bank-line-text = The bank says
bank-line-payment = Payment
bank-line-payment-id = Payment’s id
bank-line-payment-for = Payment that { $name } is the money of
bank-line-match = Mark as paid
bank-line-ignore = Ignore
bank-line-open = Waits for you
bank-line-matching = Being marked
bank-line-matched = Matched
bank-line-ignored = Ignored
bank-line-out = Went out
bank-line-unknown = No payment found
bank-line-amount_only = Amount fits, no code
bank-line-several_of_amount = Several of this amount
bank-line-other_amount = Another amount
bank-line-several_named = Names several payments
bank-line-paid_too_late = Paid too late; send it back
bank-line-already_paid = Paid by another line
bank-line-money_out = Went out
bank-line-refund_to_send = Perhaps a refund
bank-line-payout_to_send = Perhaps a payout
bank-line-not_yet = Not possible yet; send the file again
bank-line-was-paid = Was already paid
bank-line-was-paid-flash = The payment was already marked as paid; the line is its money.
bank-line-ignored-flash = The line is ignored.
bank-line-matched-flash = The payment is marked as paid.
bank-line-no-payment-flash = There is no such payment.
bank-line-not-by-hand-flash = The provider of this payment says itself what became of it.
bank-line-amount-flash = The line has another amount than this payment.
bank-line-already_paid-flash = Another line is the money of this payment.
bank-line-decided-flash = Somebody decided about this line already.

## Disputes

disputes-title = Disputes
disputes-none = Nobody disputes a payment.
disputes-all = All
dispute-title = Dispute over { $name }
dispute-state = State
dispute-kind = Kind
dispute-due = Evidence by
dispute-due-hint = The last day on which the bank takes evidence, if it named one.
dispute-opened-at = Opened
dispute-closed-at = Closed
dispute-reason = Reason
dispute-held = Of it kept back
dispute-written-off = Loss of the marketplace: taken though it had gone back
dispute-fee = Fee of the provider
dispute-earning = Store’s earning in it
dispute-payment = Open the payment
dispute-about = What is disputed
dispute-hint = The money is kept back until the dispute is over. If it is won, it comes back; if it is lost, it is the payer’s, also after a payout: then the next payouts are less by it.
dispute-opened = Evidence is awaited
dispute-evidence_sent = Evidence sent
dispute-won = Won
dispute-lost = Lost
dispute-chargeback = Card chargeback
dispute-med = Special return of a PIX (MED)
dispute-history = What happened
dispute-event-opened = Opened
dispute-event-evidence_sent = Evidence sent
dispute-event-won = Won
dispute-event-lost = Lost
dispute-event-regained = Won on appeal
dispute-event-kept_more = More of it is kept back
dispute-event-reopened = Opened once more: it was won, and the money was taken again
dispute-event-lost_more = More of it is lost
dispute-event-changed = Over another amount than before
dispute-event-told = The provider tells of it
dispute-event-written_off = Written off
dispute-event-inquiry = Only asked about so far
dispute-reason-fraudulent = The cardholder says that it was not her
dispute-reason-product_not_received = The product did not arrive
dispute-reason-product_unacceptable = The product is not as described
dispute-reason-duplicate = Charged twice
dispute-reason-credit_not_processed = A refund did not arrive
dispute-reason-subscription_canceled = It had been cancelled
dispute-reason-unrecognized = The cardholder does not know the charge
dispute-reason-general = Another reason
dispute-reason-MED_FRAUDE = Fraud, says the payer’s bank
dispute-reason-MED_OPERACIONAL = An error of the payer’s bank
dispute-by-hand = What became of it?
dispute-by-hand-hint = The provider does not report the outcome, or reports one that is not possible. Look at what the bank says: this cannot be taken back here.
dispute-say-won = Won: the money stays
dispute-say-lost = Lost: the money is gone
dispute-say-regained = Won on appeal: the money is back
dispute-appeal-hint = It was lost. If the bank decides otherwise on appeal, say it here: this cannot be taken back.
dispute-closed-flash = What became of the dispute is written down.
dispute-moved-flash = The dispute is in another state meanwhile.
dispute-new-title = The bank took it back
dispute-new-hint = Write down what the bank took back, or keeps back until it decides. The stores’ earnings of it are kept back at once.
dispute-new-open = Keep it back
dispute-bank-reference = Reference of the bank
dispute-bank-reference-hint = Under which the bank told of it: one is written down once.
dispute-opened-flash = The dispute is opened, and the money is kept back.
payment-dispute = The bank took it back
evidence-title = Evidence
evidence-none = Nothing is written yet.
evidence-kind = What it shows
evidence-kind-hint = Text and file take the place of those of the same kind.
evidence-text = In words
evidence-file = File
evidence-file-hint = PDF, JPEG or PNG, up to 5 MB. What happened is told in words only.
evidence-write = Write it down
evidence-remove = Remove: { $name }
evidence-send = Send the evidence
evidence-send-hint = It can be sent once: look through all of it before.
evidence-written = The evidence is written down.
evidence-removed = The evidence is removed.
evidence-closed-flash = The evidence is complete. An operator hands it to the bank: no provider takes it from here.
evidence-sent-flash = The evidence is sent.
evidence-refused-flash = The provider does not take this evidence. Look at its files and texts.
evidence-explanation = What happened
evidence-product = The product
evidence-delivery = Sent or delivered
evidence-communication = What you wrote to each other
evidence-receipt = Receipt or invoice
evidence-signature = Signature
evidence-policy = What was agreed to
evidence-other = Something else

## Stores

stores-empty = No store fits.
applications-empty = No application waits for a decision.
store-store = Store
store-business = Business
store-tax-id = Tax id
store-place = Place
store-status = State
store-applied = Applied
store-search = Name begins with
store-about = About the store
store-phone = Phone
store-name = Name of the store
store-time-zone = Time zone
store-time-zone-hint = Such as America/Sao_Paulo
store-money = Currency
store-fixed = What stays
store-fixed-hint = Ask the marketplace to change these.
store-currency = Currency and time zone
store-address = Address
address-recipient = Recipient
address-street = Street
address-number = Number
address-complement = Complement
address-district = District
address-city = City
address-state = State
address-postal-code = Postal code
address-country = Country
address-country-hint = Two letters, such as BR
store-reason = Reason
store-approve = Approve
store-approve-hint = The store can sell at once, and its owner gets a message.
store-reject = Reject
store-reject-reason = Reason
store-reject-hint = The applicant reads it.
store-suspend = Suspend
store-suspend-hint = At once nothing of this store can be bought. Orders that exist go on.
store-suspend-reason = Reason
store-reason-missing = Write a reason.
store-not-open = Your store is not open to buyers now.
store-why = The reason:
store-apply-again = Correct it and apply again
store-draft = Draft
store-pending = Waiting for a decision
store-approved = Approved
store-rejected = Rejected
store-suspended = Suspended
store-closed = Closed
store-approved-flash = { $name } is approved.
store-rejected-flash = { $name } is rejected.
store-suspended-flash = { $name } is suspended.
role-owner = Owner
role-manager = Manager
role-staff = Staff

## Shipping

shipping-empty = No way of sending: nothing of this store can be bought.
shipping-new = New way of sending
shipping-add = Add
shipping-added = Way of sending added.
shipping-details = Way of sending
shipping-name = Name
shipping-name-hint = As buyers read it
shipping-kind = Price is
shipping-kind-flat = The same for every order
shipping-kind-free_above = Free from an order value on
shipping-kind-pickup = Picked up at the store
shipping-free-from = free from { $name }
shipping-days = Days
shipping-days-hint = Working days from hand-over to delivery
shipping-price = Price
shipping-price-hint = Not for pickup
shipping-threshold = Free from
shipping-threshold-hint = Only where it is free from a value on
shipping-offered = Offered
shipping-offered-true = Yes
shipping-offered-false = No
shipping-remove = Remove it
shipping-remove-hint = Buyers who chose it are asked to choose again. Orders keep it.
shipping-removed = Way of sending removed.

## Events and mailbox

events-title = Events
events-modules = Modules
events-waiting = Waiting
events-dead = Not delivered
events-oldest = Oldest waits
events-show-all = Show all
events-show-dead = Only those not delivered
events-none-dead = Everything was delivered.
events-empty = No events yet.
events-seconds = { $count } s
events-tab-dead = { $name } ({ $count })
events-tab-away = { $name } (no answer)
event-event = Event
event-subscriber = Subscriber
event-state = State
event-attempts = Attempts
event-happened = Happened
event-error = Last error
event-retry = Retry
event-retried = It is in line again.
event-not-dead = It is not waiting for a retry any more.
delivery-pending = Waiting
delivery-done = Delivered
delivery-dead = Not delivered
mailbox-title = Mailbox
mail-empty = No messages here.
mail-recipient = To
mail-status = State
mail-subject = Subject
mail-kind = Kind
mail-made = Made
mail-sent = Sent
mail-message-id = Message-ID
mail-html = As HTML
mail-text = As text
mail-about = About
mail-resend = Send again
mail-resent = The message is in line again.
mail-already-sent = The message was sent already.
mail-kind-verify_email = Verify e-mail
mail-kind-reset_password = New password
mail-kind-change_email = Verify new e-mail
mail-kind-email_change_asked = E-mail is to change
mail-kind-password_changed = Password changed
mail-kind-sign_in_link = Sign-in link
mail-kind-order_confirmed = Order confirmed
mail-kind-order_shipped = Order shipped
mail-kind-order_cancelled = Order cancelled
mail-kind-order_refunded = Order refunded
mail-kind-part_refunded = Refund of a store’s order
mail-kind-payment_expected = Payment to a store expected
mail-kind-new_order = New order
mail-kind-part_cancelled = Sale cancelled
mail-kind-stock_low = Low stock
mail-kind-payout_paid = Payout paid
mail-kind-payout_returned = Payout came back
mail-kind-debt_invoiced = Invoice
mail-kind-payout_account_changed = Payout account changed
mail-kind-phone_changed = Telephone changed
mail-kind-payment_disputed = Payment disputed
mail-kind-dispute_closed = Dispute closed
mail-kind-application_approved = Application approved
mail-kind-application_rejected = Application rejected
mail-kind-store_suspended = Store suspended
mail-kind-store_reinstated = Store open again
mail-kind-order_placed = Order waits for payment
message-pending = Waiting
message-sent = Sent
message-written = Written, not sent
message-failed = Not sent

## Who did what

audit-title = Audit log
audit-what = Act
audit-who = By
audit-subject = About
audit-module = Module
audit-details = Details
audit-when = When
audit-user-id = Id of the person
audit-subject-id = Id of what it is about
audit-until = Until
audit-empty = Nobody did such a thing.
audit-away = Not among these, because they do not answer: { $name }
act-event-retried = Event put in line again
act-user-operator_made = Operator created
act-store-approved = Store approved
act-store-rejected = Store rejected
act-store-suspended = Store suspended
act-store-payout_account_changed = Payout account changed
act-store-commission_rule_added = Commission rule added
act-store-commission_rule_changed = Commission rule changed
act-store-commission_rule_removed = Commission rule removed
act-store-shipping_method_removed = Shipping method removed
act-catalog-category_added = Category added
act-catalog-category_changed = Category changed
act-catalog-category_removed = Category removed
act-catalog-image_removed = Image removed
act-catalog-product_archived = Product archived
act-catalog-variant_removed = Variant removed
act-payment-method_limit_removed = Rule of a way to pay removed
act-payment-method_limit_set = Rule of a way to pay set
act-payment-provider_added = Payment provider entered
act-payment-provider_changed = Payment provider changed
act-payment-provider_removed = Payment provider removed
act-payment-notes_changed = Notes of a payment changed
act-payment-payout_made = Payout made
act-payment-payout_paid = Payout paid
act-payment-payout_returned = Payout came back
act-payment-payout_cancelled = Payout given up
act-payment-payout_account_seen = Account of a payout seen
act-payment-payout_file_made = File of payouts taken
act-payment-leg_paid = Part marked as paid to its store
act-payment-leg_unpaid = Part marked as not paid to its store
act-payment-marked_paid = Payment marked as paid
act-payment-refund_sent = Refund marked as sent
act-payment-refund_returned = Said that a refund came back
act-payment-refund_withdrawn = Said that a refund will not be sent
act-payment-refund_settled = Said what became of a refund
act-payment-split_settled = Said whether a part was split to its store’s account
act-payment-statement_imported = Bank statement imported
act-payment-statement_line_ignored = Line of a statement ignored
act-payment-debt_invoiced = Store billed
act-payment-invoice_ended = Invoice to a store ended
act-payment-debt_settled = Debt paid by the store
act-payment-debt_written_off = Debt written off
act-payment-reserve_held = Put in reserve
act-payment-reserve_released = Taken out of reserve
act-payment-dispute_closed = Dispute closed by hand
act-payment-dispute_opened = Dispute opened by hand
act-payment-evidence_removed = Evidence removed
act-payment-evidence_sent = Evidence sent
act-payment-saved_method_removed = Saved payment method removed
act-order-cancelled = Order cancelled
act-order-fiscal_document_set = Fiscal document set
act-order-refunded = Money of an order given back
act-notification-message_resent = Message sent again
thing-event = Event
thing-user = Person
thing-store = Store
thing-commission_rule = Commission rule
thing-shipping_method = Shipping method
thing-category = Category
thing-product = Product
thing-variant = Variant
thing-payout = Payout
thing-method_limit = Rule of a way to pay
thing-provider = Payment provider
thing-payout_file = File of payouts
thing-payment = Payment
thing-invoice = Invoice
thing-refund = Refund
thing-statement = Bank statement
thing-statement_line = Line of a statement
thing-debt = Debt
thing-reserve = Reserve
thing-dispute = Dispute
thing-saved_method = Saved payment method
thing-order = Order
thing-store_order = Store order
thing-message = Message

# Who takes payments.
nav-providers = Payment providers
providers-hint = Asked from above: the first that takes a payment has it, and keeps it whatever is changed here later.
providers-none = Nobody takes payments yet. Enter one of the kinds below: one PIX key is enough to sell.
provider-name = Name
provider-name-hint = Small letters, digits, - and _. It is never changed, and stands in the address of notifications.
provider-state = State
provider-methods = Takes
provider-open = Open payments
provider-last = Last notification
provider-order = Order
provider-refused = Refused notification
refused-signature = Without a good signature
refused-unreadable = Cannot be read
refused-not_sent = Its provider did not send it
provider-failure = Last error
provider-webhook = Notifications come to
provider-settings = Settings
provider-up = Up
provider-down = Down
provider-on = Takes payments
provider-off = Switched off
provider-unusable = Cannot be used
provider-source-settings = From the settings
provider-of-settings = A file of settings, or the environment, decides on this provider and goes before what is entered here. It is changed there.
provider-overridden = A file of settings, or the environment, names another provider so: that one counts.
provider-keys-lost = The keys of { $name } cannot be read: they were kept under another key of the installation. Enter them again. Everything else goes on.
provider-unusable-why = It cannot be used; the log says why.
provider-unknown-kind = This release does not know what kind of provider it is: another one kept it.
provider-new = Enter a provider
provider-kept-out = Not offered here: { $name }. In the production profile only what moves money takes payments.
provider-new-hint = With one PIX key, by hand, everything can be sold at once: you see at your bank that the money came, and say so.
provider-add = Enter it
provider-added = { $name } takes payments.
provider-removed = Removed. Its name stays taken.
provider-test = Test
provider-switch-off = Switch off
provider-switch-on = Switch on
provider-off-hint = Switched off, it takes no new payments and goes on with those that it has.
provider-used-hint = It has payments, so it can be switched off and is not removed: their refunds go to it.
provider-secret-set = Set on { $name }. Leave it empty to keep it.
provider-secret-remove = Remove this secret
provider-secrets-hint = Keys are kept encrypted and never shown again. Whoever changes an address enters them again.
provider-configured-flash = The settings decide on this provider: it is changed there.
provider-used-flash = It has payments: it can be switched off, and is not removed.
provider-check-good = It answers, and takes the keys.
provider-check-refused = It does not take the keys: { $name }
provider-check-unreachable = It does not answer: { $name }
provider-check-none = It has nothing harmless to be asked.
provider-kind-manual = PIX or transfer, by hand
provider-kind-mercado_pago = PIX and cards by Mercado Pago
provider-kind-paypal = PayPal
provider-kind-pix_api = PIX by a bank
provider-kind-sandbox = Simulated provider
provider-kind-stripe = Cards by Stripe
provider-kind-woovi = PIX by Woovi
provider-about-manual = No contract and no server: the payer gets a code of your PIX key, or the text for a transfer. You mark the payment as paid.
provider-about-mercado_pago = PIX and cards with one account, which gets the whole payment; the stores are paid by payouts. Have it tell of payments at the address below.
provider-about-paypal = The payer is sent to PayPal and approves there. Make a webhook for CHECKOUT.ORDER.APPROVED and PAYMENT.CAPTURE.* and enter its id.
provider-about-pix_api = Any bank in Brazil with the central bank’s Pix API: it gives you the client, its certificate and the addresses.
provider-about-sandbox = For trying things out: no money moves. It is not for production.
provider-about-stripe = Cards. In Stripe’s dashboard make an endpoint for payment_intent.*, charge.refunded, charge.dispute.*, refund.updated and refund.failed.
provider-about-woovi = PIX. Make an application (API) and let it tell of charges and refunds at the address below.
setting-choice-basic = A form, the client by HTTP
setting-choice-form = A form with the client in it
setting-choice-json = JSON
setting-choice-automatic = When the card is accepted
setting-choice-manual = Authorized first, charged when the payer was in time
setting-choice-held = Kept back
setting-choice-noted = Noted only
setting-choice-told = The provider
setting-choice-by_hand = An operator
setting-choice-registered = Feira, when the keys are tried
setting-choice-checked = It does
setting-choice-skipped = It is asked not to
setting-choice-no = No
setting-choice-yes = Yes
setting-choice-application = The marketplace
setting-choice-stripe = Stripe
setting-choice-express = Some of its own
setting-choice-full = All
setting-choice-marketplace = The marketplace
setting-choice-store = Each store itself
setting-choice-none = None
setting-choice-split_refunds-marketplace = All of it the marketplace’s
setting-choice-accounts = The store’s part out of its account
label-settings = Settings
label-settings_stores = Only for these stores
label-settings_payee = Whom PIX, transfers and chats pay
label-settings_pix_key = PIX key
label-settings_pix_name = Whom it pays
label-settings_pix_city = City
label-settings_transfer = What who transfers reads
label-settings_on_delivery = What who pays on delivery reads
label-settings_whatsapp = Number at WhatsApp
label-settings_url = Address
label-settings_token_url = Address for access tokens
label-settings_token_request = How a token is asked for
label-settings_client_id = Client id
label-settings_client_secret = Client secret
label-settings_scopes = Scopes
label-settings_api_key = API key
label-settings_api_key_header = Header of the API key
label-settings_certificate = Certificate
label-settings_certificate_key = Private key of the certificate
label-settings_authority = Certificate of who signed the bank’s
label-settings_webhook_secret = Secret of notifications
label-settings_webhook_secret_previous = Previous secret of notifications
label-settings_webhook = Who registers the address of notifications at the bank
label-settings_webhook_mtls = Whether the bank tries it with its certificate
label-settings_takes = Currencies, each with the least amount
label-settings_capture = When a card is charged
label-settings_instalments = Most instalments of a card
label-settings_instalment_least = Least amount of an instalment
label-settings_instalment_plans = Where plans of instalments are told
label-settings_return_url = Where payers come back
label-settings_cancel_url = Where payers come back who did not approve it
label-settings_connect = Stores have accounts there and are paid by transfer
label-settings_connect_losses = Who bears what a store’s account owes and cannot pay
label-settings_connect_dashboard = Pages of Stripe for who has an account
label-settings_connect_webhook_secret = Secret of notifications of connected accounts
label-settings_connect_webhook_secret_previous = Previous secret of notifications of connected accounts
label-settings_account = Account that is paid
label-settings_payer_email = E-mail that is told of each payer
label-settings_webhook_id = Id of the webhook
label-settings_webhook_key = Public keys of notifications
label-settings_pix_minutes = Shortest time of a PIX, in minutes
label-settings_keys_hours = Hours for which a key is known
label-settings_refund_days = Days after which nothing is given back
label-settings_inquiries = Money while a buyer only asks
label-settings_disputes = Who tells of disputes
label-settings_dispute_path = Where disputes are
label-settings_dispute_outcome = Field that says how a dispute ended
label-settings_dispute_won = Words of disputes that are won
label-settings_splits = Stores have accounts there, to which PIX are split
label-settings_split_refunds = Whose money goes back of a PIX that was split
label-settings_dispute_lost = Words of disputes that are lost
label-least = Least amount
label-most = Greatest amount
hint-settings_stores = Ids of stores, one a line. Empty: all.
hint-settings_payee = Each store itself: on the account that its payouts go to, and it confirms its part and owes the commission. What stands below is then for payments of which a store is paid by the marketplace.
hint-settings_pix_key = A CPF or CNPJ, a phone number with +55, an e-mail address or a random key.
hint-settings_pix_name = At most 25 letters.
hint-settings_pix_city = At most 15 letters.
hint-settings_on_delivery = Such as: cash, or PIX to the courier. Each store is paid by its buyers itself and owes the commission. Empty: nothing is paid on delivery.
hint-settings_transfer = Bank, branch, account, holder. Empty: no transfers are taken.
hint-settings_certificate = PEM.
hint-settings_certificate_key = PEM, without a password.
hint-settings_authority = PEM. Empty: one whom everybody trusts.
hint-settings_webhook_secret = At least 32 characters.
hint-settings_webhook_secret_previous = Only while it is replaced: what is signed with it, or comes to its address, is taken until this is removed.
hint-settings_takes = One a line, such as BRL 0.50.
hint-settings_dispute_won = Parted by spaces. A word of neither kind keeps the money back.
hint-settings_splits = Your account there must have sub-accounts. Nothing is split while payouts wait for fiscal documents.
hint-settings_split_refunds = Woovi’s library does not say it: ask Woovi. If it is the marketplace’s, the store owes its part.
hint-settings_dispute_lost = Parted by spaces.
hint-settings_return_url = Empty: the payer’s own program confirms.
hint-settings_instalments = 1: cards pay at once. The settings of the marketplace bound it.
hint-settings_instalment_least = One a line, such as BRL 5.00.
hint-settings_instalment_plans = What follows /v1/ in the address, with {"{amount}"} in its place. Empty: they are offered without amounts.
hint-settings_connect = Your account there must have Stripe Connect.
hint-settings_connect_webhook_secret = Of an endpoint for account.updated of connected accounts. Empty: accounts are looked at by and by.
hint-settings_connect_webhook_secret_previous = Only while it is replaced: what is signed with it, or comes to its address, is taken until this is removed.
limits-title = Ways to pay
limits-none = Every way is offered as far as a provider takes it.
limit-new = Set a rule
limit-currency-hint = Empty: { $name }
limit-currency-unknown = There is no such currency: three letters, such as USD
payee-title = Whom it pays
payee-hint = Each store: every store of a payment gets its own code, account or chat, confirms its part, and owes the commission. PIX, bank transfers and WhatsApp alone.
payee-unsaid = As the provider is configured
payee-marketplace = The marketplace
payee-store = Each store
limit-hint = Of all stores, or of one, whose rule goes before the others’. A rule of the same way and store is replaced.
limit-enabled = Offered
limit-enabled-yes = Yes
limit-enabled-no = No
limit-amounts = Amounts
limit-from = from { $name }
limit-to = up to { $name }
limit-remove = Remove
limit-set-it = Set it
limit-set = The rule is set.
limit-removed = The rule is removed.
