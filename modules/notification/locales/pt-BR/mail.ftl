# Partes que vários e-mails têm em comum.
greeting = Olá, { $name }!
greeting-plain = Olá!
footer = { $shop } enviou esta mensagem por causa da sua conta ou de um pedido.
button-fallback = Se o botão não funcionar, abra este endereço:
label-total = Total
label-instalments = No cartão
instalments-of = { $count }x de { $amount }
label-shipping = Frete ({ $method })
label-store-total = Total de { $store }
label-on-delivery = A pagar a { $store } na entrega
label-address = Endereço de entrega
label-tracking = Rastreamento
label-pix = Código PIX (copia e cola)
label-pix-of-store = Código PIX de { $amount } para { $store } (copia e cola)
label-account-of-store = Transfira { $amount } para { $store }
label-to-store = A pagar direto a { $store }
label-statement = No extrato do banco
label-not-paid = Não foi pago a tempo e está cancelado
line-quantity = { $quantity } × { $title }
date-long = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
} de { $year }

# Um momento, com a diferença em relação ao UTC.
date-time = { $date } às { $time } (UTC{ $offset })

# Para quem se cadastrou. Sem o nome: uma conta pode ser criada com qualquer endereço.
verify-email-subject = Confirme seu e-mail
verify-email-heading = Confirme seu e-mail
verify-email-intro = Alguém, esperamos que você, criou uma conta em { $shop } com este endereço. Confirme para concluir.
verify-email-action = Confirmar meu e-mail
verify-email-note = Se não foi você, ignore esta mensagem: sem a confirmação, a conta não pode ser usada.

# Para quem esqueceu a senha.
reset-password-subject = Crie uma nova senha
reset-password-heading = Crie uma nova senha
reset-password-intro = Alguém, esperamos que você, pediu uma nova senha para a sua conta em { $shop }. O link funciona uma vez, durante uma hora.
reset-password-action = Criar uma nova senha
reset-password-note = Se não foi você, ignore esta mensagem: sua senha continua a mesma.

# Para o novo endereço de alguém. Sem o nome: o endereço pode ser de outra pessoa.
change-email-subject = Confirme seu novo e-mail
change-email-heading = Confirme seu novo e-mail
change-email-intro = Alguém, esperamos que você, quer usar este endereço em uma conta em { $shop }. Confirme para concluir.
change-email-action = Confirmar meu e-mail
change-email-note = Se não foi você, ignore esta mensagem: sem a confirmação, nada muda.

# Para o endereço atual de alguém.
email-change-asked-subject = Seu e-mail vai mudar
email-change-asked-heading = Seu e-mail vai mudar
email-change-asked-intro = Alguém com a sua senha pediu para usar outro e-mail na sua conta em { $shop }. Ele muda quando esse endereço for confirmado. Se não foi você, crie uma nova senha agora: isso impede a mudança.
email-change-asked-action = Criar uma nova senha

# Para quem teve a senha alterada.
password-changed-subject = Sua senha foi alterada
password-changed-heading = Sua senha foi alterada
password-changed-intro = A senha da sua conta em { $shop } foi alterada, e os seus outros aparelhos saíram da conta. Se não foi você, crie uma nova senha agora.
password-changed-action = Criar uma nova senha

# Para quem quer entrar sem a senha.
sign-in-link-subject = Entre em { $shop }
sign-in-link-heading = Entre em { $shop }
sign-in-link-intro = { $surface ->
    [shop] Com este código você entra em { $shop }, uma vez, dentro de uma hora. Digite-o onde você o pediu.
   *[other] Com este link você entra em { $shop }, uma vez, dentro de uma hora.
}
sign-in-link-action = Entrar
sign-in-link-note = Se você não pediu, ignore esta mensagem: sem ela, ninguém entra.

# Para quem pediu para vender.
application-approved-subject = Sua loja { $store } foi aprovada
application-approved-heading = Boas-vindas, { $store }
application-approved-intro = Sua loja foi aprovada: o que você publicar já pode ser comprado.
application-approved-action = Abrir minha loja
application-rejected-subject = Seu pedido de cadastro de { $store }
application-rejected-heading = Seu cadastro não foi aceito
application-rejected-intro = Analisamos o cadastro de { $store } e não pudemos aceitá-lo.
application-rejected-action = Abrir meu cadastro
application-rejected-note = Você pode corrigir os dados e pedir de novo.
store-suspended-subject = Sua loja { $store } foi suspensa
store-suspended-heading = Sua loja foi suspensa
store-suspended-intro = Suspendemos { $store }: nada da loja pode ser comprado até que a suspensão termine. O motivo:
store-suspended-action = Abrir minha loja
store-reinstated-subject = Sua loja { $store } voltou a vender
store-reinstated-heading = Boas-vindas de volta, { $store }
store-reinstated-intro = A suspensão terminou: o que você publicar já pode ser comprado de novo.
store-reinstated-action = Abrir minha loja

# Para quem comprou.
order-placed-subject = Pedido { $number } feito: pague até { $until }
order-placed-heading = Seu pedido espera o pagamento
order-placed-intro = Seu pedido { $number } foi feito. Pague { $total } até { $until }: o que não for pago até lá será cancelado.
order-placed-action = Ver meu pedido e pagar
order-confirmed-subject = Pedido { $number } confirmado
order-confirmed-heading = Obrigado pela compra
order-confirmed-intro = { $paid ->
    [on_delivery] Seu pedido { $number } foi feito. Você paga a cada loja ao receber a parte dela.
   *[before] Seu pedido { $number } está pago.
} { $stores ->
    [one] A loja já foi avisada e fará o envio.
   *[other] { $stores } lojas já foram avisadas, e cada uma envia a sua parte.
}
order-confirmed-action = Ver meu pedido
order-shipped-subject = A caminho: pedido { $number }
order-shipped-heading = { $store } enviou seu pedido
order-shipped-intro = { $store } enviou a sua parte do pedido { $number }.
order-shipped-action = Ver meu pedido
order-cancelled-subject = Pedido { $number } cancelado
order-cancelled-heading = Seu pedido foi cancelado
order-cancelled-intro = { $reason ->
    [expired] O pedido { $number } não foi pago a tempo e por isso foi cancelado.
    [buyer] O pedido { $number } foi cancelado, como você pediu.
   *[other] O pedido { $number } foi cancelado.
}
order-cancelled-action = Ver meu pedido
order-cancelled-note = Se você já pagou, o valor será devolvido por inteiro.
order-refunded-subject = Reembolso do pedido { $number }: { $amount }
order-refunded-heading = { $amount } volta para você
order-refunded-intro = Devolvemos { $amount } do seu pedido { $number }, pelo meio com que você pagou. Dependendo do banco, leva alguns dias até aparecer.
order-refunded-action = Ver meu pedido

# Para as pessoas de uma loja.
payment-expected-subject = Aguarde { $amount } do pedido { $number }
payment-expected-heading = Alguém vai pagar { $amount } a você
payment-expected-intro = O pedido { $number } de { $store } espera { $amount }, que quem comprou paga direto a você. Quando o dinheiro chegar, confirme na página do pedido: só então ele está vendido e pode ser enviado. O que você não confirmar até { $until } é cancelado.
payment-expected-action = Confirmar o pagamento
new-order-subject = Novo pedido { $number }
new-order-heading = Você vendeu { $units ->
    [one] uma unidade
   *[other] { $units } unidades
}
new-order-intro = { $paid ->
    [on_delivery] O pedido { $number } espera o envio por { $store }. Quem comprou paga a você na entrega; avise então que recebeu.
   *[before] O pedido { $number } está pago e espera o envio por { $store }.
}
new-order-action = Abrir o pedido
part-cancelled-subject = Pedido { $number } cancelado
part-cancelled-heading = Não envie { $units ->
    [one] uma unidade
   *[other] { $units } unidades
}
part-cancelled-intro = { $paid ->
    [to_store] O pedido { $number } foi cancelado antes que { $store } o enviasse. Quem comprou pagaria direto a você: se o dinheiro já chegou, ou ainda chegar, devolva e avise na página do pedido.
    [on_delivery] O pedido { $number } foi cancelado antes que { $store } o enviasse. Os produtos voltam ao seu estoque, e ninguém paga por ele.
   *[before] O pedido { $number } foi cancelado antes que { $store } o enviasse. Os produtos voltam ao seu estoque, o valor volta para quem comprou, e você não ganha nada com ele.
}
part-cancelled-action = Abrir o pedido
part-refunded-subject = Pedido { $number }: { $amount } foi devolvido
part-refunded-heading = { $amount } voltou ao comprador
part-refunded-intro = O marketplace devolveu { $amount } do pedido { $number } de { $store } ao comprador. A página do pedido diz quem arca.
part-refunded-action = Abrir o pedido
payout-paid-subject = Repasse feito para { $store }
payout-paid-heading = Um repasse foi feito
payout-paid-intro = Em { $date } repassamos o que { $store } ganhou. O valor e os pedidos estão no extrato.
payout-paid-action = Abrir meus repasses
payout-returned-subject = Um repasse para { $store } voltou
payout-returned-heading = Um repasse voltou
payout-returned-intro = O banco nos devolveu um repasse para { $store }. Nada se perdeu: os ganhos estão disponíveis de novo e vão no próximo repasse. Confira se a conta em que pagamos está certa.
payout-returned-action = Abrir meus repasses

debt-invoiced-subject = { $store }: uma cobrança do que deve
debt-invoiced-heading = Uma cobrança
debt-invoiced-intro = O marketplace cobrou de { $store } o que ela deve. Isso não é descontado dos seus repasses: pague até o dia que a cobrança diz.
debt-invoiced-action = Abrir minhas cobranças
payout-account-changed-subject = A conta de repasses de { $store } foi alterada
payout-account-changed-heading = Sua conta de repasses foi alterada
payout-account-changed-intro = A partir de agora { $store } recebe em outra conta. Depois de uma alteração os repasses ficam retidos por um tempo. Se não foi você, troque sua senha já, corrija a conta e nos escreva.
payout-account-changed-action = Ver a conta
phone-changed-subject = O telefone de { $store } foi alterado
phone-changed-heading = Seu telefone foi alterado
phone-changed-intro = A partir de agora, quem paga { $store } por conversa escreve para outro número; depois de uma alteração ninguém paga assim por um tempo. Se não foi você, troque sua senha já, corrija o número e nos escreva.
phone-changed-action = Ver o perfil
payment-disputed-subject = { $whose ->
    [store] Um pagamento para { $store } foi contestado
   *[other] Um pagamento foi contestado
}
payment-disputed-heading = Um pagador pede o dinheiro de volta pelo banco
payment-disputed-intro = { $whose ->
    [store] Até a decisão, o dinheiro fica retido do que { $store } ganhou.
   *[other] Até a decisão, o dinheiro fica retido do que as lojas ganharam.
} { $until ->
    [known] Escreva o que aconteceu e junte recibos até { $date }.
   *[other] Escreva o que aconteceu e junte recibos logo: o banco decide também sem eles.
}
payment-disputed-action = Abrir a contestação
dispute-closed-subject = { $outcome ->
    [won] Uma contestação foi ganha
   *[other] Uma contestação foi perdida
}
dispute-closed-heading = { $outcome ->
    [won] O dinheiro fica
   *[other] O dinheiro se foi
}
dispute-closed-intro = { $outcome ->
    [won] O banco decidiu contra o pagador: o que estava retido está de volta.
   *[other] O banco decidiu a favor do pagador: o que estava retido se foi, e a comissão sobre isso também.
} { $whose ->
    [store] Trata-se de { $store }.
   *[other] Trata-se de cada uma das lojas.
}
dispute-closed-action = Abrir a contestação
stock-low-subject = Estoque baixo em { $store }: { $product }
stock-low-heading = Um produto está acabando
stock-low-intro = { $available ->
    [0] { $product } ({ $variant }) de { $store } está esgotado.
    [one] De { $product } ({ $variant }) de { $store } resta uma unidade.
   *[other] De { $product } ({ $variant }) de { $store } restam { $available } unidades.
}
stock-low-action = Abrir o produto
