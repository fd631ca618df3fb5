# The texts of the pages. Both languages have the same keys; a test compares them.

## Frame and navigation

language-name = Português (Brasil)
skip-to-content = Ir para o conteúdo
nav-main = Principal
nav-more = Mais
nav-account = Conta
nav-sign-out = Sair
nav-store = Loja
nav-operator = Marketplace
nav-waiting = pendentes
nav-crumbs = Onde você está
nav-pages = Páginas
nav-home-link = Para o início
nav-switch-store = Trocar
nav-home = Início
nav-orders = Pedidos
nav-products = Produtos
nav-payouts = Repasses
nav-shipping = Envio
nav-profile = Perfil da loja
nav-overview = Visão geral
nav-applications = Cadastros
nav-stores = Lojas
nav-categories = Categorias
nav-sales = Pedidos
nav-payments = Pagamentos
nav-settle = Repasses
nav-books = Contabilidade
nav-earnings = Ganhos
nav-reports = Relatório de vendedores
nav-disputes = Contestações
nav-commission = Comissão
nav-audit = Auditoria
nav-mailbox = Mensagens
search-products = Buscar produtos
orders-search = Número do pedido ou metade dele, e-mail, nome ou telefone
orders-document = Documento
orders-search-all = Número, e-mail, nome, pagamento
page-first = Primeira página
page-next = Próxima página
filter-apply = Filtrar
filter-all = Todos
filter-clear = Limpar filtros
save = Salvar
saved = Salvo.
remove = Remover
cancel = Cancelar
form-refused = Há um problema
form-sure = Tenho certeza: { $name }
form-not-sure = Nada foi feito: marque que tem certeza.
form-outdated = Alguém alterou isto depois que você abriu a página, por isso nada foi salvo. O valor atual está ao lado de cada campo que difere. Ajuste o que quiser e salve de novo.
form-now = Agora: { $name }
form-now-empty = Agora: nada

## Times

month-1 = jan.
month-2 = fev.
month-3 = mar.
month-4 = abr.
month-5 = maio
month-6 = jun.
month-7 = jul.
month-8 = ago.
month-9 = set.
month-10 = out.
month-11 = nov.
month-12 = dez.
time-date = { $day } de { $month } de { $year }
time-day = { $day } de { $month }
time-exact = { $date }, { $time } { $zone }
time-just-now = agora há pouco
time-soon = daqui a pouco
time-minutes-ago = { $count ->
    [one] há { $count } minuto
   *[other] há { $count } minutos
}
time-hours-ago = { $count ->
    [one] há { $count } hora
   *[other] há { $count } horas
}
time-days-ago = { $count ->
    [one] há { $count } dia
   *[other] há { $count } dias
}
time-minutes-ahead = { $count ->
    [one] em { $count } minuto
   *[other] em { $count } minutos
}
time-hours-ahead = { $count ->
    [one] em { $count } hora
   *[other] em { $count } horas
}
time-days-ahead = { $count ->
    [one] em { $count } dia
   *[other] em { $count } dias
}

## Fields

field-required = Preencha este campo.
field-money = Escreva um valor como 19,90.
field-money-ambiguous = Isto pode ser lido de duas formas. Escreva 1234 para mil, ou dois dígitos para centavos, como 1,23.
field-money-decimals = Esta moeda tem menos casas decimais.
field-negative = Não pode ser menor que zero.
field-too-large = O valor é grande demais.
field-whole = Escreva um número inteiro a partir de zero.
field-change = Escreva um número inteiro, como 5 ou -2.
field-percent = Escreva uma porcentagem como 12,5.
field-day = Escolha um dia.
label-name = Nome
label-description = Descrição
label-category = Categoria
label-names_en = Nome em inglês
label-names_pt-BR = Nome em português
label-price = Preço
label-compare_at = Preço de comparação
label-sku = SKU
label-quantity = Quantidade
label-stock_policy = Estoque
label-value = Opção
label-option_name = Opção
label-barcode = Código de barras
label-weight_grams = Peso
label-file = Arquivo
label-image = Imagem
label-alt_text = Descrição da imagem
label-amount = Quantidade
label-note = Observação
label-tags = Etiquetas
label-brand = Marca
label-carrier = Transportadora
label-tracking_number = Código de rastreio
label-reason = Motivo
label-key = Chave PIX
label-bank = Banco
label-branch = Agência
label-account = Conta
label-holder = Titular
label-holder_tax_id = CPF ou CNPJ
label-iban = IBAN
label-bic = BIC
label-currency = Moeda
label-reference = Referência
label-provider = Provedor
label-release_at = Disponível em
label-phone = Telefone
label-time_zone = Fuso horário
label-transit_days = Dias
label-threshold = Grátis a partir de
label-parent = Abaixo de
label-store = Loja
label-email = E-mail
label-password = Senha
label-current_password = Senha atual
label-new_password = Nova senha
label-business_name = Nome do negócio
label-tax_id = CPF ou CNPJ
label-address_street = Rua
label-address_number = Número
label-address_complement = Complemento
label-address_district = Bairro
label-address_city = Cidade
label-address_state = Estado
label-address_postal_code = CEP
label-address_country = País
label-first_name = Nome
label-last_name = Sobrenome

## Error pages

failed-400 = Não foi possível ler o pedido
failed-advice-400 = Volte e tente de novo.
failed-401 = Entre primeiro
failed-advice-401 = Entre e abra a página de novo.
failed-403 = Você não pode fazer isto
failed-advice-403 = Peça a alguém que tenha a permissão nesta loja ou marketplace.
failed-404 = Esta página não existe
failed-advice-404 = O endereço está errado, ou isto pertence a outra pessoa.
failed-405 = Isto não pode ser feito aqui
failed-advice-405 = Volte à página e use os botões dela.
failed-408 = Isto demorou demais
failed-advice-408 = Envie de novo; numa conexão lenta, um arquivo menor.
failed-409 = Algo mudou enquanto isso
failed-advice-409 = Volte, confira e repita se ainda fizer sentido.
failed-413 = Isto é grande demais
failed-advice-413 = Envie um arquivo menor.
failed-422 = Isto não serve
failed-advice-422 = Volte e confira o que você digitou.
failed-429 = Tentativas demais
failed-advice-429 = Espere um momento e tente de novo.
failed-500 = Um erro do nosso lado
failed-advice-500 = O erro foi registrado. Tente de novo; se continuar, informe ao operador o número abaixo.
failed-503 = Indisponível agora
failed-advice-503 = Nada foi alterado. Tente de novo em instantes.
failed-home = Para a página inicial
failed-request = Requisição { $name }

## Signing in, front page, links from mails

sign-in-seller = Entrar para vender
sign-in-operator = Entrada de operadores
sign-in-login = E-mail ou usuário
sign-in-password = Senha
sign-in-submit = Entrar
sign-in-as-seller = Entrar como vendedor
sign-in-as-operator = Entrar como operador
sign-in-by-mail = Entrar com um link que enviamos por e-mail
sign-in-link-title = Entrar com um link por e-mail
sign-in-link-text = Enviamos um link com que você entra uma vez, sem senha. Ele vale por uma hora.
sign-in-link-submit = Enviar o link
sign-in-link-sent = Se houver uma conta com este e-mail ou usuário, o link chega em instantes. Se você pediu há menos de meia hora, use o que já tem.
sign-in-link-back = Entrar com a senha
sign-in-link-use = Aperte o botão para entrar neste aparelho.
sign-in-link-of-shop = Este código é da loja: digite-o lá.
sign-in-insecure = Os navegadores não guardam a entrada por http simples neste endereço. Abra { $name } ou use https.
sign-in-insecure-short = Não é possível entrar por http simples neste endereço.
sign-in-no-second-factor = Por enquanto, operadores entram só com senha; um segundo fator ainda virá.
sign-in-forgot = Esqueceu a senha?
sign-in-register = Criar uma conta
sign-in-ended = Sua sessão terminou, por isso nada foi salvo. Entre para continuar: o que você digitou foi guardado para você.
send-again-title = Envie mais uma vez
send-again-text = Sua sessão mudou, por isso nada foi salvo ainda. Confira o que você digitou e envie mais uma vez.
send-again-submit = Enviar
demo-accounts = Contas de demonstração
demo-accounts-hint = Isto é uma demonstração: qualquer pessoa pode usá-las.
demo-role = Papel
demo-role-operator = Operador
demo-role-seller = Vendedor
demo-role-buyer = Comprador
front-title = Feira
front-what = Um marketplace de muitos vendedores, servido deste computador. As lojas virtuais usam a API; vendedores e operadores trabalham nestas páginas.
front-seller = Vendedores
front-seller-hint = Produtos, estoque, pedidos, repasses
front-register = Novo por aqui?
front-register-hint = Crie uma conta e peça para vender
front-operator = Operadores
front-operator-hint = Cadastros, pedidos, contabilidade
front-api = API
front-api-hint = Leia a documentação
verify-title = Confirme seu e-mail
verify-text = Aperte o botão para confirmar que este e-mail é seu.
verify-submit = Confirmar
verify-done = Seu e-mail está confirmado. Você já pode entrar.
verify-failed = Este link está errado, expirou ou já foi usado.
first-operator-title = Criar o primeiro operador
first-operator-text = Este marketplace ainda não tem operador. Quem tem este link será o primeiro; o link funciona uma vez.
first-operator-used = Este link já foi usado: o mercado tem o seu primeiro operador. Se é você, entre.
first-operator-ended = Este link está errado ou expirou. Inicie o servidor de novo: ele mostra outro enquanto não houver operador.
first-operator-submit = Criar operador
first-operator-done = Você é o primeiro operador. Entre.
person-first-name = Nome
person-last-name = Sobrenome
person-email = E-mail
person-password-hint = Pelo menos 8 caracteres, e não uma senha comum.
register-title = Criar uma conta
register-text = Com uma conta você pode pedir para vender. Enviamos um link para confirmar o seu endereço.
register-submit = Criar a conta
register-known = Já tenho uma conta: entrar
register-sent = Veja sua caixa de entrada: se o endereço ainda não tem conta, o link para confirmar está lá. Se já tem, entre.
forgot-title = Criar uma nova senha
forgot-text = Diga o e-mail da sua conta. Enviamos um link, que funciona uma vez durante uma hora.
forgot-submit = Enviar o link
forgot-sent = Veja sua caixa de entrada: se alguém tem uma conta com este endereço, o link está lá.
reset-title = Criar uma nova senha
reset-text = Escolha uma nova senha. Todos os seus aparelhos saem da conta.
reset-again = Pedir outro link
reset-done = Sua senha foi alterada. Entre com a nova.
leave-title = Sair
leave-text = Sair das páginas neste navegador?
leave-done = Você saiu.
account-statement = Escreva junto
account-holder = Titular
account-tax-id = CPF ou CNPJ
account-bank = Banco
account-number = Conta
account-title = Minha conta
account-password = Senha
account-password-hint = Todos os outros aparelhos saem da conta, e um e-mail avisa da mudança.
account-current-password = Senha atual
account-new-password = Nova senha
account-password-submit = Alterar senha
account-password-done = Sua senha foi alterada, e os seus outros aparelhos saíram da conta.
account-email-now = Seu endereço é { $name }.
account-email-hint = Enviamos um link ao novo endereço; a conta fica com o atual até o link ser usado. O endereço atual também é avisado.
account-new-email = Novo e-mail
account-email-submit = Alterar e-mail
account-email-sent = Veja a caixa de entrada do novo endereço: se ninguém o usa ainda, o link para confirmar está lá.
sell-title = Pedir para vender
sell-text = Você entrou e ainda não tem uma loja. Conte sobre a que quer abrir; respondemos por e-mail.
sell-applied = Você já tem uma loja: { $name }.
sell-open = Abrir minha loja
sell-name = Nome da loja
sell-name-hint = O que os compradores veem.
sell-description = Descrição
sell-description-hint = O que você vende, em poucas frases.
sell-business-name = Nome do negócio
sell-business-name-hint = O seu, ou o da sua empresa, como está registrado.
sell-tax-id = CPF ou CNPJ
sell-phone = Telefone
sell-address = Endereço
sell-street = Rua
sell-number = Número
sell-complement = Complemento
sell-district = Bairro
sell-city = Cidade
sell-state = Estado
sell-postal-code = CEP
sell-country = País
sell-country-hint = Duas letras, como BR.
sell-submit = Enviar pedido
sell-done = Obrigado. Vamos analisar o seu pedido e responder por e-mail; você já pode cadastrar produtos.
guest-title = Seu pedido
guest-order = Seu pedido { $name }
guest-pay = Pagar
guest-pay-pix = Leia o código com o app do seu banco, ou copie o texto. Vence
guest-pay-qr = Código PIX para escanear
guest-pay-go = Continuar para o pagamento
guest-stores-pays = Você paga { $amount } a { $name }
guest-stores-transfer = Transfira o valor para a própria loja e escreva junto o que está abaixo. O pedido espera até
guest-stores-chat = Escreva à loja com o que já está na conversa e combinem como você paga. Até:
guest-stores-wait = A loja confirma quando o dinheiro chega. O que não for pago a tempo é cancelado, e o resto é enviado.
guest-delivery = Você paga na entrega
guest-delivery-pays = Você paga { $amount } a { $name } ao receber a parte dela.
guest-pay-chat = Escreva para nós com o que está na conversa; combinamos como você paga e confirmamos manualmente. Até:
guest-pay-chat-go = Abrir o WhatsApp
guest-pay-chat-order = Pedido { $name }:
guest-pay-transfer = Transfira o total e informe o número do pedido. O pedido espera até
guest-pay-code = O código
guest-pay-copy = Copiar o código
guest-pay-copied = Copiado.
guest-again = Pagar de outra forma
guest-again-failed = O pagamento não foi feito: { $name }.
guest-again-until = O pedido está guardado para você. Pode ser pago até:
guest-again-pix = Pagar com PIX
guest-again-shop = Para tentar outro cartão, volte à loja onde você comprou.
guest-again-token = Token de um cartão
guest-again-card = Pagar com cartão
guest-again-paid = Obrigado. O pedido está pago.
guest-again-started = Siga as instruções abaixo para pagar.
guest-again-refused = Esta forma de pagamento não foi aceita. Tente outra.
guest-again-closed = Não é possível comprar em uma das lojas agora. Cancele o pedido e compre o resto de novo.
guest-cancel = Cancelar o pedido
guest-cancel-hint-stores = O pedido inteiro é cancelado. O que você pagou a uma loja volta para você pela própria loja, que é avisada para devolver. Isto não pode ser desfeito.
guest-cancel-hint = O pedido inteiro é cancelado, e o que você pagou volta para você. Isto não pode ser desfeito.
guest-cancel-done = O pedido foi cancelado.
guest-cancel-no-refund = O pagamento não pode mais ser devolvido, por isso o pedido não foi cancelado. Escreva ao vendedor.
guest-arrived = Tudo chegou?
guest-arrived-hint = Aperte o botão quando tudo o que foi enviado estiver com você.
guest-arrived-submit = Chegou
guest-arrived-done = Obrigado. Os vendedores já sabem que chegou.

## Dashboard

todo-title = O que fazer agora
todo-nothing = Nada espera por você.
todo-to-collect = { $count ->
    [one] { $count } pedido era para ser pago na entrega: diga se foi
   *[other] { $count } pedidos eram para ser pagos na entrega: diga se foram
}
todo-to-confirm = Confirme o pagamento de { $name } quando estiver na sua conta
todo-to-confirm-all = { $count ->
    [one] { $count } pagamento espera a sua confirmação
   *[other] { $count } pagamentos esperam a sua confirmação
}
todo-to-give-back = Devolva o reembolso de { $name }
todo-to-give-back-all = { $count ->
    [one] { $count } reembolso deve ser devolvido
   *[other] { $count } reembolsos devem ser devolvidos
}
todo-to-ship = { $count ->
    [one] { $count } pedido para enviar
   *[other] { $count } pedidos para enviar
}
todo-sold-out = { $count ->
    [one] { $count } produto esgotado
   *[other] { $count } produtos esgotados
}
todo-disputes = { $count ->
    [one] { $count } contestação aguarda provas
   *[other] { $count } contestações aguardam provas
}
todo-refused = Notificações de { $name } são recusadas: veja se o segredo do webhook está certo
todo-alarms = { $count ->
    [one] { $count } cobrança não está como deve
   *[other] { $count } cobranças não estão como devem
}
todo-bank-lines = { $count ->
    [one] { $count } linha de extrato bancário espera por você
   *[other] { $count } linhas de extratos bancários esperam por você
}
todo-payout-account = Diga onde sua loja recebe: antes disso nada pode ser repassado
todo-undocumented = { $count ->
    [one] { $count } pedido sem documento fiscal
   *[other] { $count } pedidos sem documento fiscal
}
todo-applications = { $count ->
    [one] { $count } cadastro para decidir
   *[other] { $count } cadastros para decidir
}
todo-payouts = { $count ->
    [one] { $count } repasse para pagar
   *[other] { $count } repasses para pagar
}
todo-dead = { $count ->
    [one] { $count } evento não entregue
   *[other] { $count } eventos não entregues
}
todo-late-jobs = { $count ->
    [one] { $count } tarefa de fundo está atrasada: o servidor está sobrecarregado, ou com a hora errada?
   *[other] { $count } tarefas de fundo estão atrasadas: o servidor está sobrecarregado, ou com a hora errada?
}
todo-unconfigured = { $count ->
    [one] { $count } pagamento ou reembolso espera por { $name }, um provedor que não está mais configurado
   *[other] { $count } pagamentos ou reembolsos esperam por { $name }, um provedor que não está mais configurado
}
todo-forgotten = { $count ->
    [one] { $count } reembolso em { $name } está sem resultado conhecido; pedido de novo, poderia ser pago duas vezes: verifique lá
   *[other] { $count } reembolsos em { $name } estão sem resultado conhecido; pedidos de novo, poderiam ser pagos duas vezes: verifique lá
}
todo-no-mail = As mensagens não são enviadas: nenhum servidor de e-mail está configurado (mail.smtp_url)
todo-no-payments = Nada pode ser vendido ainda: não há como receber. Informe um provedor: uma chave PIX basta
todo-to-mark = { $name } espera ser marcado como pago
todo-to-mark-all = { $count ->
    [one] { $count } pagamento espera ser marcado como pago
   *[other] { $count } pagamentos esperam ser marcados como pagos
}
todo-to-send = O reembolso de { $name } ainda deve ser enviado
todo-to-send-all = { $count ->
    [one] { $count } reembolso deve ser enviado
   *[other] { $count } reembolsos devem ser enviados
}
todo-of-store = Uma loja deve enviar o reembolso de { $name }
todo-of-store-all = { $count ->
    [one] Uma loja deve enviar { $count } reembolso
   *[other] Lojas devem enviar { $count } reembolsos
}
todo-returned = O reembolso de { $name } voltou: devolva de outra forma
todo-returned-all = { $count ->
    [one] { $count } reembolso voltou
   *[other] { $count } reembolsos voltaram
}
todo-messages = { $count ->
    [one] { $count } mensagem não enviada
   *[other] { $count } mensagens não enviadas
}
figure-to-ship = Para enviar
figure-awaiting = Aguardando pagamento
figure-payouts = Repasses a pagar
figure-books-good = Em ordem
figure-books-bad = Com erro
sales-title = Faturamento e comissão
sales-days = Dias
sales-turnover = Faturamento
sales-commission = Comissão
sales-refunded = Reembolsado em parte, já descontado
sales-last = { $count ->
    [1] Hoje
   *[other] Últimos { $count } dias
}
chart-title = Vendas de 30 dias
chart-empty = Nenhum pedido pago nos últimos 30 dias.
chart-caption = { $count ->
    [one] em { $count } pedido
   *[other] em { $count } pedidos
}
chart-label = { $count ->
    [one] Vendas por dia dos últimos 30 dias: { $name } em { $count } pedido
   *[other] Vendas por dia dos últimos 30 dias: { $name } em { $count } pedidos
}
chart-top = Melhor dia { $name }
chart-as-table = Como tabela
chart-day = Dia
chart-orders = Pedidos
chart-sales = Vendas

## Orders

orders-title = Pedidos
orders-recent = Últimos pedidos
orders-empty = Nenhum pedido aqui.
orders-none-new = Nenhum pedido novo: tudo o que foi pago já foi aceito.
orders-tabs = Situação dos pedidos
orders-tab-new = Novos
orders-tab-accepted = Aceitos
orders-tab-shipped = Enviados
orders-tab-delivered = Entregues
orders-tab-on_delivery = Pagos na entrega
orders-tab-unpaid = Não pagos
order-document = Documento fiscal
orders-tab-undocumented = Sem documento
orders-tab-cancelled = Cancelados
orders-tab-all = Todos
order-number = Pedido
order-recipient = Destinatário
order-placed = Feito
order-payment = Pagamento
order-fulfilment = Entrega
order-units = Unidades
order-status = Situação
order-stores = Lojas
order-lines = O que foi pedido
order-history = Histórico
order-ship-to = Enviar para
order-method = Forma de envio
order-email = Comprador
order-of-buyer = Parte do pedido do comprador
order-shipments = Envios
order-summary = Resumo
order-guest = visitante
order-sku = SKU { $name }
order-moved-on = O pedido andou enquanto isso; este passo não cabe mais.
ship-title = Enviar este pedido
ship-carrier = Transportadora
ship-tracking = Código de rastreio
ship-tracking-hint = Vazio se não houver, como com um entregador.
ship-submit = Marcar como enviado
ship-done = Marcado como enviado. O comprador recebe uma mensagem.
ship-wait = Não envie ainda: o pagamento não chegou.
accept-hint = Ainda não pode enviar?
accept-submit = Aceitar o pedido
accept-done = Pedido aceito.
expect-title = Aguarde { $name } de quem comprou
expect-hint = Quem comprou paga direto a você; o marketplace não recebe nada, e a comissão sai do seu próximo repasse ou é cobrada. Olhe antes a sua conta: o que você confirma está vendido e não volta atrás aqui. Não envie antes.
expect-late-hint = Esta parte está cancelada e foi abandonada. Se mesmo assim o dinheiro chegou, avise: fica registrado que você deve devolver, e quem comprou é avisado quando você devolver.
expect-late-submit = O dinheiro chegou depois
expect-not = O dinheiro não vem
expect-not-hint = Esta parte é abandonada: fica cancelada e não pode mais ser paga. Se o dinheiro só ainda não chegou, espere: o que não é pago a tempo é cancelado sozinho.
expect-not-submit = Marcar como não pago
collect-notice = Quem comprou paga { $name } a você na entrega. O marketplace não recebe nada disso; a comissão é descontada do seu próximo repasse, ou cobrada de você.
collect-title = Quem comprou pagou?
collect-hint = Avise quando você, ou quem entregou, estiver com o dinheiro. Não dá para desfazer aqui.
collect-submit = Recebi { $name }
collect-done = Marcado como pago.
gave-back-title = Você devolveu { $name }
give-back-title = Devolver { $name }
give-back-hint = Quem comprou pagou a você, então a devolução é sua, em dinheiro ou por transferência: informe depois como, e sob qual referência. Até lá você deve a comissão dela.
give-up-title = Quem comprou não pagou
give-up-hint = Os produtos voltaram para você, e ninguém vai pagar por eles: o pedido fica como devolvido.
give-up-restock = Devolver os produtos ao estoque
note-beside = Anotação (opcional)
give-up-note = Por quê (para o histórico)
give-up-submit = Marcar como não pago e devolvido
give-up-done = Marcado como não pago e devolvido.
deliver-title = A caminho
deliver-hint = Quando souber que chegou, avise: o prazo de devolução começa aí.
deliver-submit = Marcar como entregue
deliver-done = Marcado como entregue.
earning-title = Seu ganho
earning-sold = Produtos + frete
earning-commission = Comissão
earning-earning = Você recebe
earning-payable = Disponível desde
earning-coming = É pago com os repasses de { $name }
earning-held = { $count ->
    [one] Retido por um dia, até { $name }
   *[other] Retido por { $count } dias, até { $name }
}
earning-held-new = { $count ->
    [one] Retido por um dia, até { $name }: sua loja é nova
   *[other] Retido por { $count } dias, até { $name }: sua loja é nova
}
earning-window = Disponível após o prazo de devolução:
earning-later = Disponível após a entrega e o prazo de devolução.
earning-back = De volta a quem comprou
earning-unpaid = Ninguém pagou ainda.
earning-cancelled = Foi cancelado ou voltou, e ninguém pagou: nada é ganho com ele.
earning-refunding = Nada é ganho com ele: o valor volta para quem comprou.
earning-refunded = Nada é ganho com ele: o valor voltou para quem comprou.
earning-in-payout = A caminho de você, em um repasse.
earning-paid-to-store = Quem comprou pagou a você.
earning-paid-at-provider = Pago na sua conta no provedor:
earning-on-delivery = Quem comprou paga a você na entrega.
earning-paid-out = Repassado a você.
earning-fees = Tarifas de provedores
earning-instalments = O comprador paga a compra toda no cartão em { $count } parcelas. Você recebe como se fosse à vista.
earning-no-document = Espera o documento fiscal.
earning-releasing = Fica disponível em instantes.
earning-state-unpaid = Não pago
earning-state-pending = Pendente
earning-state-payable = Disponível
earning-state-in_payout = Em um repasse
earning-state-paid_out = Repassado
earning-state-paid_to_store = Pago direto a você
earning-state-paid_at_provider = Pago na sua conta no provedor
earning-state-refunded = Reembolsado
earnings-any = Todos
earnings-state = Situação
earnings-from = De
earnings-to = Até
earnings-none = Nenhum pedido assim.
earnings-stands = Onde está
statement-title = Extrato mensal
statement-hint = Um mês com o saldo inicial, o saldo final e cada lançamento. Sem mês é o atual.
statement-month = Mês
statement-balance = Saldo
statement-opening = Saldo inicial
statement-closing = Saldo final
statement-page = Página
operations-title = Todas as operações
operations-hint = Pedidos, reembolsos, comissão, tarifas e repasses, um por linha; no máximo 366 dias. Sem dias é o mês atual.
document-title = Documento fiscal
document-key = Chave de acesso
document-key-hint = 44 dígitos; espaços não importam.
document-file = Arquivo
document-file-hint = XML ou PDF de até 1 MB, se você tiver. O comprador vê.
document-submit = Salvar o documento
document-done = O documento fiscal está salvo.
document-number = Número / série
document-added = Adicionado
document-open = Baixar o arquivo
dac7-year = Ano
dac7-none = Nada foi vendido neste ano.
dac7-file = Baixar CSV
dac7-hint = O que as lojas venderam, pela data de cada venda; o que voltou depois é descontado ali. Nada é convertido: a regra dos pequenos vendedores só é dita para euros.
dac7-quarter = Trimestre
dac7-sales = Vendas
dac7-fees = Tarifas e comissão
dac7-taxes = Impostos retidos
dac7-excluded = Excluída
dac7-consideration = Contraprestação
dac7-yes = Sim
dac7-no = Não
total-subtotal = Produtos
total-discount = Desconto
total-shipping = Frete
total-tax = Impostos
total-total = Total
order-status-pending = Aguardando pagamento
order-status-confirmed = Confirmado
order-status-partially_shipped = Enviado em parte
order-status-shipped = Enviado
order-status-partially_delivered = Entregue em parte
order-status-delivered = Entregue
order-status-completed = Concluído
order-status-cancelled = Cancelado
order-status-refunded = Reembolsado
fulfilment-pending = Novo
fulfilment-accepted = Aceito
fulfilment-packed = Embalado
fulfilment-shipped = Enviado
fulfilment-delivered = Entregue
fulfilment-returned = Devolvido
fulfilment-cancelled = Cancelado
settlement-unpaid = Não pago
settlement-on_delivery = Pago na entrega
settlement-paid = Pago
settlement-partially_refunded = Reembolsado em parte
settlement-refunded = Reembolsado
completion-completed = Concluído
actor-user = Uma pessoa
actor-guest = O comprador
actor-nobody = Alguém que não entrou na conta
actor-system = Feira
reason-expired = não pago a tempo
reason-buyer = pelo comprador
reason-paid_in_part = pago em parte
reason-return_window = prazo de devolução encerrado
reason-refund_came_back = o reembolso voltou
reason-disputed = perdido em uma contestação
reason-refunded = dinheiro devolvido
reason-not_received = não recebido
reason-damaged = danificado
reason-not_as_described = diferente do anunciado
reason-out_of_stock = sem estoque
reason-buyer_regret = o comprador desistiu
reason-paid_too_much = pago a mais
reason-goodwill = cortesia
reason-other = outro motivo

## Products

products-title = Produtos
products-empty = Você ainda não tem produtos.
products-none-found = Nenhum produto combina com os filtros.
import-title = Importar produtos
import-file = Arquivo CSV
import-hint = O que a Shopify exporta, ou o modelo mais novo dela. Produtos feitos por um arquivo anterior são alterados.
import-start = Importar
import-check = Só conferir
import-checked = Conferido; nada foi alterado
import-done = Importado
import-created = { $count ->
    [one] { $count } produto criado
   *[other] { $count } produtos criados
}
import-updated = { $count ->
    [one] { $count } produto alterado
   *[other] { $count } produtos alterados
}
import-refused = { $count ->
    [one] { $count } linha recusada
   *[other] { $count } linhas recusadas
}
import-all = { $count ->
    [one] Mostrar
   *[other] Mostrar todas as { $count }
}
import-line = Linha { $name }
import-notes = Recusas e observações
import-note = Observação
import-place = Linha e coluna
import-detail = Detalhe
product-new = Novo produto
product-create = Criar produto
product-product = Produto
product-status = Situação
product-stock = Em estoque
product-variants = Variações
product-price = Preço
product-updated = Alterado
product-created = Criado
product-details = Detalhes
product-name = Nome
product-description = Descrição
product-category = Categoria
product-brand = Marca
product-tags = Etiquetas
product-tags-hint = Separadas por vírgulas
product-about = Sobre
product-slug = Endereço na web
product-draft = Rascunho
product-active = Ativo
product-archived = Arquivado
product-created-flash = { $name } foi criado. Acrescente imagens abaixo.
category-none = Sem categoria
category-root = No topo
category-new = Nova categoria
category-add = Acrescentar categoria
category-added = { $name } foi acrescentada.
category-parent = Abaixo de
category-parent-hint = O que está abaixo dela vai junto.
category-details = Nome e lugar
category-slug-stays = O endereço na web continua o mesmo.
category-remove = Remover categoria
category-remove-hint = Uma que tem outras abaixo dela fica.
category-removed = Categoria removida.
category-products = Os produtos dela
category-products-stay = Não há nenhum
category-products-parent = Passam para a categoria acima
categories-empty = Ainda sem categorias.
category-name-hint = Onde um dos idiomas abaixo não tem nome próprio.
category-english = Inglês
category-portuguese = Português
variants-title = Variações
variants-new-hint = Uma linha por variação, como um tamanho; deixe vazias as que não precisar. Um produto sem opções usa só a primeira linha.
variants-option = Opção { $count }
variants-option-hint = Como Tamanho; vazio se não houver
variants-option-missing = Dê nome à opção em que as variações diferem.
variants-value = Valor da opção { $count }
variants-row = Variação { $count }
variant-add = Acrescentar variação
variant-added = Variação acrescentada.
variant-remove = Remover variação
variant-remove-hint = Não será mais oferecida e não pode ser comprada nos carrinhos. Os pedidos a mantêm.
variant-removed = Variação removida.
variant-last = Um produto tem ao menos uma variação. Em vez disso, arquive o produto.
variant-variant = Variação
variant-only = Única variação
variant-details = Preço e detalhes
variant-sku = SKU
variant-barcode = Código de barras
variant-weight = Peso em gramas
variant-compare-at = Preço de comparação
variant-compare-at-hint = Aparece riscado; acima do preço
images-title = Imagens
images-empty = Ainda sem imagens. Produtos com imagens vendem mais.
images-file = Arquivo de imagem
images-hint = JPEG, PNG ou WebP, até 8 MB
images-alt = Descrição
images-alt-hint = Para quem não pode ver a imagem
images-add = Acrescentar imagem
images-added = Imagem acrescentada.
images-earlier = Antes
images-ordered = Imagens reordenadas.
images-removed = Imagem removida.
images-moved-on = Alguém alterou as imagens enquanto isso.
images-unreadable = O arquivo não chegou inteiro, ou é grande demais.

## Stock

stock-on-hand = Em mãos
stock-reserved = Reservado
stock-available = Disponível
stock-sold-out = Esgotado
stock-policy = Estoque
stock-policy-hint = Para todas as variações; cada uma pode ser mudada depois
stock-policy-counted = Contado, nunca vendido abaixo de zero
stock-policy-continue = Contado, vendido mesmo abaixo de zero
stock-policy-not_counted = Não contado, sempre disponível
stock-not-counted = Não contado
stock-not-counted-hint = Este estoque não é contado. Escolha outra forma em “Preço e detalhes” para registrá-lo.
stock-quantity = Quantidade
stock-quantity-hint = Em mãos no início
stock-adjust = Ajustar estoque
stock-mode = Como
stock-mode-by = Somar ou subtrair
stock-mode-to = Definir pela contagem
stock-amount = Quantidade
stock-amount-hint = 5 soma, -2 subtrai; ou o que você contou
stock-submit = Registrar
stock-done = Estoque registrado: { $count } em mãos.
movements-title = Movimentações
movements-empty = Ainda sem movimentações.
movement-when = Quando
movement-reason = Motivo
movement-who = Quem
movement-note = Observação
movement-initial = Início
movement-restock = Reposição
movement-adjustment = Ajuste
movement-import = Importação
movement-reserved = Reservado
movement-released = Liberado
movement-expired = Reserva vencida
movement-order_placed = Vendido
movement-order_cancelled = Pedido cancelado
movement-returned = Devolvido

## Payouts and ledger

payouts-and-balance = Saldo e repasses
payouts-title = Repasses
payouts-empty = Ainda sem repasses. Eles são feitos dos ganhos disponíveis.
payouts-none = Ainda sem repasses.
payouts-older = Repasses anteriores
payouts-run = Fazer repasses agora
payouts-run-hint = Faz um repasse por loja e moeda de tudo o que está disponível agora. Pague por fora e anote aqui a referência.
payouts-made = { $count ->
    [0] Nada está disponível agora.
    [one] { $count } repasse foi feito.
   *[other] { $count } repasses foram feitos.
}
payout-made = Feito
payout-status = Situação
payout-items = Ganhos
payout-reference = Referência
payout-paid-at = Pago em
payout-amount = Valor
payout-mark-paid = Marcar como pago
payout-reference-missing = Escreva a referência do pagamento.
payout-pending = A pagar
payout-paid = Pago
payout-failed = Cancelado
payout-returned = Devolvido
payout-reference-for = Referência do repasse para { $name }
payout-paid-flash = O repasse para { $name } está marcado como pago.
payout-title = Repasse de { $name }
payout-facts = O repasse
payout-account = Conta
payout-contains = O que ele contém
payout-more = { $count ->
    [one] Mais um não é mostrado.
   *[other] Mais { $count } não são mostrados.
}
payout-ended = Devolvido ou cancelado em
payout-ended-why = Motivo
payout-ended-hint = O que ele continha está disponível de novo e vai no próximo repasse.
payout-ended-flash = O que o repasse para { $name } continha está disponível de novo.
payout-next = Próximo repasse
payouts-file = Arquivo para o banco
payouts-file-again = Também os que já estão em um arquivo: o banco não pode receber os dois
payout-filed = Em um arquivo desde
payout-filed-at = Em um arquivo para o banco desde
payout-orphaned-hint = O provedor que foi chamado não está mais configurado. Consulte lá: se a transferência foi feita, informe a referência; se não, desista do repasse abaixo.
payout-not-transferred = Não foi transferido, e não será
payout-not-paid-there = O banco não o pagou nem vai pagar: foi retirado do arquivo lá
payout-pay-to = Pagar para
payout-show-account = Mostrar a conta inteira
payout-show-account-hint = Fica registrado quem a viu.
payout-cancel-title = Não será pago
payout-cancel-hint = Por exemplo, por uma conta errada: o que ele contém fica disponível de novo. A loja lê o motivo.
payout-cancel = Cancelar o repasse
payout-return-title = O banco o devolveu
payout-return-hint = O que ele contém fica disponível de novo, e a loja recebe um e-mail. Ela lê o motivo.
payout-return = Foi devolvido
payout-again-title = Pagar a loja de novo
payout-again = Fazer os repasses dela agora
payout-account-now = Onde você recebe
payout-account-none = Ainda sem conta: nada pode ser repassado.
payout-account-hint = Você recebe um e-mail a cada mudança. A partir de quando a nova conta recebe está em Repasses.
payout-account-changed = Desde
payout-account-see = Ver ou alterar a conta
payout-account-owner = Quem é dono da loja diz onde ela recebe.
payout-account-saved = A partir de agora você recebe nesta conta.
payout-account-save = Salvar a conta
payout-account-pix = Chave PIX
payout-account-key = Chave PIX
payout-account-key-hint = CPF, CNPJ, telefone com +55, e-mail ou chave aleatória
payout-account-bank_account = Conta bancária no Brasil
payout-account-bank = Banco, três dígitos
payout-account-branch = Agência
payout-account-number = Conta com dígito
payout-account-tax-id = CPF ou CNPJ do titular
payout-account-holder = Titular
payout-account-iban = IBAN
payout-account-bic = BIC
payout-account-provider = Conta em um provedor
provider-account-at = Conta em { $name }
provider-account-state = Situação
provider-account-missing = Ainda falta
provider-account-why = Por que está fechada
provider-account-asked = Consultado lá
provider-account-none = Ainda não há
provider-account-incomplete = Não concluída
provider-account-checking = Em análise
provider-account-restricted = Falta informar mais
provider-account-ready = Recebe repasses
provider-account-open = Abrir uma conta lá
provider-account-complete = Continuar lá
provider-account-go-on = Continuar no provedor
provider-account-go-on-hint = Você sai do marketplace: { $name } pede o que precisa para pagar você e traz você de volta. O endereço vale uma vez.
provider-account-use = Receber nesta conta
provider-account-balance = Na sua conta lá
provider-account-withdrawn = Enviado ao seu banco
provider-account-register = Informar sua chave PIX lá
provider-account-split-hint = A sua parte de cada venda paga por PIX vai para a sua conta lá assim que a pessoa paga, e cada rodada de repasses envia o que está lá para a sua chave PIX. A conta é da chave PIX em que você recebe.
provider-account-key = Da chave PIX
provider-account-kept = Por que fica lá
provider-account-retired = De uma chave anterior: vai para aquela chave
withdrawal-unknown = Resposta perdida: veja seu banco
withdrawal-kept-not_paid = Nada é repassado à loja agora: os repasses dizem por quê.
withdrawal-kept-new_store = A loja é nova: o que ela ganha fica retido por um tempo.
withdrawal-kept-other_key = A loja recebe em outra chave PIX, que ainda não foi informada no provedor.
withdrawal-kept-owes = A loja deve ao marketplace, e o provedor envia tudo o que está lá ou nada.
withdrawal-kept-below_minimum = É menos que o mínimo de um repasse.
split-accounts-title = Contas em provedores que dividem cobranças
withdrawal-asked = Solicitado
withdrawal-made = Enviado
withdrawal-refused = Recusado
provider-needs-account_gone = A conta não existe mais: informe de novo a sua chave PIX
provider-needs-address = Endereço
provider-needs-bank_account = Uma conta bancária
provider-needs-dob = Data de nascimento
provider-needs-document = Um documento com foto
provider-needs-email = E-mail
provider-needs-external_account = Uma conta bancária
provider-needs-first_name = Nome
provider-needs-id_number = Número de um documento de identidade
provider-needs-last_name = Sobrenome
provider-needs-mcc = O ramo do negócio
provider-needs-name = Nome
provider-needs-phone = Telefone
provider-needs-pix_key = Uma chave PIX em que você recebe: salve uma abaixo
provider-needs-pix_key_changed = Você já recebe em outra chave PIX: informe essa lá
provider-needs-pix_key_new = Sua chave PIX é nova: ela pode ser informada lá quando os repasses forem para ela
provider-needs-pix_key_taken = Outra loja tem lá uma conta com a sua chave PIX: use uma só sua
provider-needs-political_exposure = Se alguém exerce cargo público
provider-needs-product_description = O que é vendido
provider-needs-representative = Quem representa o negócio
provider-needs-statement_descriptor = O que quem compra lê no extrato
provider-needs-tax_id = CPF ou CNPJ
provider-needs-tos_acceptance = O seu aceite dos termos
provider-needs-url = O endereço da sua loja
provider-closed-requirements-past_due = Algo que foi pedido está atrasado
provider-closed-requirements-pending_verification = O que foi enviado está em análise
provider-closed-under_review = A conta está em análise
provider-closed-listed = A conta está em análise
provider-closed-platform_paused = Pausada pelo marketplace
provider-closed-rejected = A conta foi recusada
provider-closed-action_required = Algo é pedido lá
provider-closed-other = Sem motivo informado
payout-transfer = Transferido por
payout-transfer-trouble = Por que ainda não
payout-transfer-again = Nova tentativa
payout-reversed = Voltou
payout-reversal = Retomado
transfer-waiting = Aguarda
transfer-asked = Pedido
transfer-made = Feito
transfer-given_up = Desistido
transfer-short = Falta dinheiro no provedor
transfer-account_closed = A conta da loja não recebe
transfer-refused = Recusado
transfer-unknown = Ainda sem resposta
transfer-settings = O provedor não pode ser usado
reversal-asked = Pedido
reversal-made = Voltou
reversal-refused = Recusado: a loja deve
why-not-suspended = Não enquanto sua loja estiver suspensa.
why-not-account = Só depois que você disser onde recebe.
why-not-account-not-ready = Só depois que sua conta no provedor receber repasses: informe lá o que falta.
why-not-negative = Ainda não: foi devolvido mais do que você ganhou desde então.
why-not-nothing = Ainda não há nada disponível.
why-not-account-changed = Sua conta foi alterada: nada é pago nela antes de { $name }.
why-not-held = Retido até { $name }.
why-not-minimum = Abaixo de { $name }, o valor mínimo de um repasse: aguarda mais.
balance-payable = Disponível
balance-payable-note = No próximo repasse
balance-negative = Voltaram aos compradores, ou foram retirados por eles, { $name } a mais do que você tem disponível. Nada deve ser pago agora: seus próximos ganhos compensam, e os repasses seguem a partir daí.
balance-pending = Pendente
balance-pending-plain = Ainda não entregue, ou no prazo de devolução
balance-in-payout = A caminho
balance-in-payout-note = Em um repasse
balance-paid = Repassado
ledger-title = Extrato
ledger-empty = Ainda sem lançamentos.
ledger-when = Quando
ledger-kind = O quê
ledger-account = Conta
ledger-capture = Venda
ledger-release = Ganho liberado
ledger-refund = Reembolso
ledger-payout = Repasse feito
ledger-payout_paid = Repasse pago
ledger-split_paid = Pago na conta da loja no provedor
ledger-rest_released = Resto do que foi devolvido
ledger-refund_held = Reembolso pedido
ledger-refund_freed = Reembolso não feito
ledger-refund_returned = Reembolso devolvido
ledger-payout_returned = Repasse devolvido
ledger-payout_reversed = Retomado de um repasse
ledger-fee = Tarifa de provedor
ledger-dispute_opened = Contestado
ledger-dispute_won = Contestação ganha
ledger-dispute_lost = Contestação perdida
ledger-netting = Abatido
ledger-settled_by_store = Pago pela loja
ledger-write_off = Baixado como perda
ledger-invoiced = Cobrado da loja
ledger-reserve_held = Posto em reserva
ledger-reserve_released = Saiu da reserva
account-provider_clearing = Valores no provedor
account-seller_pending = Vendedores, pendente
account-seller_payable = Vendedores, disponível
account-payout_in_transit = Repasses a caminho
account-platform_commission = Comissão
account-provider_disputed = Contestado, no provedor
account-seller_disputed = Vendedores, contestado
account-seller_refunding = Vendedores, em reembolso
account-seller_reserve = Vendedores, em reserva
account-seller_receivable = Devido por vendedores
account-provider_fees = Tarifas de provedores
account-platform_promotions = Descontos e reembolsos assumidos
account-write_offs = Perdas
account-tax = Impostos
books-balance = As contas fecham.
books-broken = As contas não fecham.
books-recomputed = { $count ->
    [one] Recalculado agora a partir de { $name } transação.
   *[other] Recalculado agora a partir de { $name } transações.
}
books-violations = Regras violadas
books-accounts = Contas
books-currency = Moeda
books-total = Total
books-empty = Ainda sem lançamentos.
books-signs = Cada soma como o que ela é. O que está guardado e o que foi gasto é tanto quanto o que é devido e o que foi ganho.
books-nature = O que é
nature-held = Guardado
nature-owed = Devido
nature-earned = Ganho
nature-spent = Gasto

## The books from near

ledger-entries = Lançamentos
ledger-none = Nenhum lançamento corresponde.
ledger-months = Por mês
ledger-month = Mês
ledger-export = Baixar em CSV
ledger-order = Pedido
ledger-store-id = Id da loja
ledger-from = De
ledger-until = Até
ledger-transaction = Transação
ledger-signs = Como nos livros: o que está com o marketplace ou lhe é devido é positivo, o que ele deve ou ganhou é negativo. Os lados somam zero.
store-books = Saldo e reservas
debts-title = Lojas que devem
debts-none = Nenhuma loja deve nada.
debts-hint = Primeiro as que devem há mais tempo. Os próximos repasses de uma loja são menores no que ela deve.
debt-since = Desde
debt-paid = A loja pagou
debt-paid-hint = Dinheiro que veio por fora, no máximo o que é devido. A referência o encontra no extrato do banco.
debt-paid-flash = Anotado: a loja deve menos.
debt-write-off = Baixar como perda
debt-write-off-hint = O que a loja nunca vai pagar, no máximo o que é devido. O marketplace arca com isso.
debt-written-off-flash = Baixado como perda: a loja deve menos.
balance-refunding = Em reembolso
balance-refunding-note = Retido para reembolsos já pedidos; volta se algum não for feito.
balance-reserved = Em reserva
balance-reserved-note = Retido até uma data
balance-disputed = Contestado
balance-disputed-note = Retido até a decisão
balance-owed = Devido
balance-owed-note = Descontado dos próximos repasses, menos o que uma fatura cobra
balance-billed = Faturado
balance-billed-note = Do que se deve, o que as faturas abertas cobram: nenhum repasse diminui por isso
reserves-title = Reservas
reserves-none = Nada está em reserva.
reserves-more = As que foram postas em reserva antes não são mostradas.
reserve-reason = Motivo
reserve-reason-hint = A loja lê isto.
reserve-status = Situação
reserve-release-at = Disponível em
reserve-release = Liberar
reserve-hold = Reter em reserva
reserve-hold-hint = Uma parte do que está disponível agora; nessa data volta a ficar disponível por si.
reserve-held = Retida
reserve-released = Liberada
reserve-held-flash = Está em reserva.
reserve-released-flash = Está disponível de novo.

## Reconciliation

reconciliation-title = Conciliação
reconciliation-hint = Envie o que um provedor de pagamento diz do seu saldo, em CSV. Cada diferença para os livros é apontada. Nada é guardado nem alterado.
reconciliation-provider = Provedor
reconciliation-format = Formato
reconciliation-found-out = Pelas colunas
reconciliation-file = Relatório
reconciliation-start = Comparar
reconciliation-agrees = O relatório e os livros conferem.
reconciliation-differs = O relatório e os livros divergem.
reconciliation-matched = { $count ->
    [one] { $name } de { $count } linha confere.
   *[other] { $name } de { $count } linhas conferem.
}
reconciliation-payouts = As lojas são pagas por esta conta
reconciliation-bank-hint = Um extrato bancário (OFX, ou CSV com o formato escolhido) é comparado com os pagamentos de um provedor cujo dinheiro cai nessa conta, como o PIX, e, se marcado, com os repasses e o que as lojas pagaram. Uma linha que não identifica nada confere com um lançamento do mesmo valor em até três dias.
reconciliation-by-amount = { $count ->
    [one] { $count } linha confere só por valor e dia: o banco não identifica nada nela.
   *[other] { $count } linhas conferem só por valor e dia: o banco não identifica nada nelas.
}
reconciliation-sums = Somas
reconciliation-reported = No relatório
reconciliation-booked = Nos livros
reconciliation-fees-reported = Tarifas no relatório
reconciliation-fees-booked = Tarifas nos livros
reconciliation-transferred = Para o banco
reconciliation-differences = Diferenças
reconciliation-line = Linha
reconciliation-id = Id
report-stripe = Stripe
report-mercado_pago = Mercado Pago
report-paypal = PayPal
report-plain = CSV simples
report-bank_statement = Extrato bancário
difference-not_in_books = Fora dos livros
difference-not_in_report = Fora do relatório
difference-other_amount = Outro valor
difference-other_currency = Outra moeda
difference-fee = Tarifa
difference-unreadable = Ilegível

## Commission

commission-order-hint = Vale a primeira regra que combina com o item; a última combina com tudo.
commission-rule = Regra de comissão
commission-new = Nova regra, no topo
commission-add = Acrescentar regra
commission-added = Regra acrescentada no topo.
commission-kind = Cobra
commission-kind-percentage = Uma porcentagem
commission-kind-per_unit = Um valor por unidade
commission-value = Comissão
commission-value-hint = 12,5, ou um valor como 1,50
commission-each = { $name } por unidade
commission-all-stores = Todas as lojas
commission-all-categories = Todas as categorias
commission-of-nothing = Não existe mais
commission-store-hint = O endereço dela, como atelie; vazio para todas
commission-store-unknown = Não há loja neste endereço.
commission-ends = Termina
commission-end = Encerrar ou remover
commission-end-now = Encerrar agora
commission-ended = A regra foi encerrada.
commission-resume = Voltar a valer
commission-resumed = A regra voltou a valer.
commission-removed = Regra removida.
commission-default-stays = A última regra vale para tudo o que nenhuma outra cita, por isso ela fica.
commission-orders-keep = Pedidos já feitos mantêm a comissão.

## Cobranças a lojas

invoice = Cobrança
invoice-number = Cobrança { $name }
invoices-title = Cobranças
invoices-none = Nenhuma cobrança.
invoices-hint = O que foi cobrado desta loja. Uma cobrança aberta não é descontada de nenhum repasse: a loja paga por fora.
invoices-seller-hint = O que o marketplace cobrou da sua loja. Não é descontado dos seus repasses: pague como a cobrança diz.
invoice-status = Situação
invoice-due = Vence em
invoice-note = De que se trata, e como pagar
invoice-note-hint = A loja lê isto, também na cobrança.
invoice-from = De
invoice-made = Emitida
invoice-end = Encerrar
invoice-outcome = O que aconteceu com ela
invoice-ended-note = Referência ou motivo
invoice-make = Fazer uma cobrança
invoice-make-hint = O que é cobrado passa a ser devido fora dos repasses. A equipe da loja é avisada por e-mail.
invoice-made-flash = A cobrança está feita, e a loja, avisada.
invoice-ended-flash = A cobrança está encerrada.
invoice-note-missing = Informe a referência do pagamento, ou por que ela se encerra.
invoice-owed-less = A loja já deve menos que a cobrança: retire-a.
invoice-ended-already = A cobrança já tinha se encerrado de outro modo.
invoice-open = Aberta
invoice-paid = Paga
invoice-written_off = Baixada como perda
invoice-withdrawn = Retirada
settlements-title = Dívidas encerradas
settlements-none = Nenhuma ainda.

## Payments

payment-status = Situação
payment-method = Forma
payment-amount = Valor
instalments = Parcelas
instalments-of = de { $name }
instalments-free = sem juros
instalments-total = Total pago, com juros
instalments-borne-by = Juros
interest-buyer = por conta do comprador
interest-marketplace = por conta do marketplace
interest-store = por conta das lojas
payment-in-part = { $name } de { $amount }
payment-collected = Disso pago às lojas, ou a pagar
payment-failure = Por que falhou
payment-failure-refused = recusado pelo provedor
payment-failure-ended_by_provider = encerrado no provedor
payment-failure-expired = não pago a tempo
payment-failure-card_declined = cartão recusado
payment-failure-expired_card = cartão vencido
payment-failure-incorrect_number = número do cartão incorreto
payment-failure-incorrect_cvc = código de segurança incorreto
payment-failure-insufficient_funds = saldo ou limite insuficiente
payment-failure-authentication_failed = não confirmado no banco
payment-failure-card_token_unknown = o provedor não conhece o cartão
payment-failure-payment_declined = pagamento recusado
payment-none = Ainda sem pagamento.
exchange-charge = Solicitado
exchange-by_hand = Por alguém do marketplace
exchange-webhook = Avisado
exchange-poll = Consultado
exchange-cancel = A encerrar
exchange-expire = O prazo acabou
exchange-refund = Devolução
exchange-texts = O que foi dito
exchange-texts-hint = Sem chaves, dados de cartão nem nada sobre pessoas; apagado depois de algum tempo.
exchange-request = Perguntado
exchange-response = Respondido
exchange-mismatch = Não está como deveria
exchange-dispute = Contestação
outcome-waiting = Aguardando o pagamento
outcome-pending = Aguardando o pagamento
outcome-partially_refunded = Devolvido em parte
outcome-not-accepted-by-the-provider = Não aceito pelo provedor
outcome-the-provider-knows-no-such-thing = O provedor não conhece isso
outcome-the-provider-cannot-do-this = O provedor não faz isso
outcome-somebody-else-gave-back-what-is-asked-back = Outra pessoa já devolveu o que se pede de volta
outcome-no-answer = sem resposta a tempo
outcome-broken-answer = uma resposta ilegível: { $first }
outcome-answered = respondeu { $first }
outcome-charge-forgotten = o provedor não conhece mais a cobrança
outcome-dispute-opened = Aberta sobre { $first }
outcome-dispute-reopened = Reaberta, sobre { $first }
outcome-dispute-kept_more = Mais valor retido: { $first } ao todo
outcome-dispute-lost_more = Mais valor perdido, porque um reembolso não chegou: { $first } ao todo
outcome-dispute-written_off = Baixado como perda: { $first } ao todo
outcome-dispute-changed = Agora sobre { $first }, e não sobre { $second }
outcome-dispute-told = O provedor informa dela como { $first }
alarm-charge = Cobrança { $first }: { $second }
alarm-another-payment = é de outro pagamento
alarm-another-amount = é de { $first }, e não de { $second }
alarm-another-payee = tem outro recebedor
alarm-paid-less = foi paga com { $first }, menos que { $second }
alarm-paid-otherwise = foi paga em parcelas que somam { $first }, e ao comprador se disse { $second }
alarm-refund-unseen = não informa se o reembolso { $first } voltou: verifique no provedor
alarm-refund-back = { $first } do reembolso { $second } voltaram; o comprador não os tem
alarm-fee = diz-se que custou { $first }, o que não está lançado
alarm-given-back = foi devolvida no provedor, ao menos em parte, e não por aqui
alarm-many-disputes = tem mais contestações do que se consultam
alarm-not-split = não foi dividida como devia: as lojas são pagas por repasses
alarm-perhaps-split = está paga, e o provedor não diz se foi dividida: diga isso na página do pagamento
alarm-disputed-more = foi contestada em { $first } ({ $second }), e restavam { $third }: o resto não está nos livros
alarm-dispute-of-another = com ela se informa uma contestação { $first } que é de outra cobrança
alarm-dispute-amount = tem uma contestação { $first } de { $second }, o que não pode ser
alarm-dispute-changed = a contestação { $first } é agora de { $second }, e não de { $third }
alarm-dispute-lost-before = a contestação { $first } estava perdida, e agora se diz outra coisa
alarm-dispute-won-before = a contestação { $first } estava ganha, e agora se diz outra coisa
alarm-inquiry = Contestação { $first }: por ora o banco só pergunta
alarm-nothing-left = Contestação { $first }: não restava nada a contestar
outcome-authorized = Autorizado
outcome-captured = Pago
outcome-completed = Concluído
outcome-failed = Falhou
outcome-cancelled = Encerrado
outcome-expired = Expirou
outcome-refunded = Devolvido
outcome-came-back = Voltou
outcome-disputed = Contestado
outcome-dispute-over = A contestação acabou
outcome-unknown-outcome = O resultado não é conhecido
outcome-refused = Recusado
outcome-another-amount = De outro valor
payment-exchanges = Trocas com o provedor
payment-pending = Pendente
payment-authorized = Autorizado
payment-completed = Pago
payment-failed = Falhou
payment-cancelled = Cancelado
payment-expired = Vencido
payment-partially_refunded = Reembolsado em parte
payment-refunded = Reembolsado
payment-disputed = Contestado
method-pix = PIX
method-card = Cartão
method-bank_transfer = Transferência bancária
method-paypal = PayPal
method-cash_on_delivery = Pagamento na entrega
method-whatsapp = WhatsApp
payments-title = Pagamentos
payments-none = Ainda sem pagamentos.
payment-title = Pagamento de { $name }
payment-provider = Provedor
payment-statement = No extrato do banco
payment-card = Cartão
payment-end-to-end-id = Id end-to-end do PIX
payment-begun = Iniciado
payment-until = Pagar até
payment-order = Abrir o pedido
alarms-title = Alarmes
alarms-none = Nenhum alarme: toda cobrança está como deve ser.
alarms-hint = Cobranças que não são o que foi pedido, ou não são mais o que eram. Veja primeiro no provedor; nada foi lançado por elas.
alarm-message = O que está errado
payment-notes = Anotações
payment-notes-hint = Só para operadores; nem o comprador nem a loja as veem. Não escreva números de cartão nem senhas aqui.
payment-notes-saved = As anotações estão salvas.
splits-asked-title = Talvez pago nas contas das lojas no provedor
splits-asked-hint = A cobrança devia ser dividida entre estas contas, e o provedor não diz se foi. Até alguém conferir lá e informar, estas lojas não recebem por repasse.
split-say = Informar se foi dividido
split-was = Está na conta da loja
split-was-not = Não foi dividido: a loja recebe por repasse
split-settled-flash = O que aconteceu com a parte está registrado.
legs-title = Pago às próprias lojas
legs-hint = Cada loja informa na página do seu pedido o que aconteceu com a sua parte.
leg-say = Dizer o que houve
leg-mark-paid = A loja recebeu
leg-mark-unpaid = Ninguém vai pagar
leg-open = Ainda não pago
leg-paid = Pago
leg-unpaid = Não será pago
payment-by-hand = O dinheiro chegou?
payment-by-hand-hint = Confira primeiro a conta no banco: o valor e o código do PIX. O que é marcado como pago está vendido e não pode ser desfeito aqui.
payment-mark-paid = Marcar { $name } como pago
payment-paid-flash = O pagamento está marcado como pago, e o pedido, confirmado.
payment-too-late-flash = O prazo para pagar terminou, e nada é vendido por este pagamento. Se o dinheiro chegou, devolva-o manualmente.
refunds-title = Reembolsos
refund-pending = A caminho
refund-completed = Enviado
refund-failed = Recusado
refund-mark-sent = Marcar como enviado
refund-reference-for = Referência do reembolso de { $name }
refund-reference-missing = Escreva a referência sob a qual você o enviou.
refund-by-hand-hint = Devolva o dinheiro pelo banco e anote sob qual referência.
refund-sent-flash = O reembolso está marcado como enviado.
refund-to-send = A enviar
refund-by-store = A loja devolve
refund-store-gave-back = A loja devolveu
refund-by-store-hint = O que foi pago diretamente à loja, ela mesma devolve e informa no pedido. Não envie nada daqui. Se ela avisou você de que já devolveu, anote como.
refund-withdrawn = Não será enviado
refund-withdraw = Não será enviado
refund-withdraw-hint = Por exemplo, quando a conta de quem comprou foi encerrada e nada foi enviado: o reembolso falhou e o mesmo valor pode ser devolvido de novo, de outra forma.
refund-withdrawn-flash = O reembolso não será enviado.
refund-return = Ele voltou
refund-return-hint = O banco de quem comprou devolveu o dinheiro: o reembolso falhou, os livros o têm de volta e o mesmo valor pode ser devolvido de outra forma.
refund-returned-flash = O reembolso voltou.
refund-came-back = Voltou
refund-given-back-there = A verificar lá
refund-given-back-hint = O provedor informa que esse valor já foi devolvido lá, ou não informa mais o que aconteceu com este reembolso. Verifique lá. Se ele foi feito, escreva a referência; se não, este falhou e nada é devolvido por ele.
refund-was-this = Foi feito
refund-was-another = Não foi feito
refund-settled-flash = O que aconteceu com o reembolso está registrado.
order-refund-requested = Iniciado
order-refund-asked = Ainda não enviado
order-refund-completed = Enviado
order-refund-failed = Não devolvido
refund-title = Devolver dinheiro
refund-of = De quê
refund-of-order = O pedido inteiro
refund-of-beside = Um segundo pagamento dele: { $name }
refund-amount = Valor
refund-amount-hint = Deixe vazio para devolver tudo o que resta.
refund-reason = Motivo
refund-reason-not_received = Não recebido
refund-reason-damaged = Danificado
refund-reason-not_as_described = Diferente do anunciado
refund-reason-out_of_stock = Sem estoque
refund-reason-buyer_regret = O comprador desistiu
refund-reason-paid_too_much = Pago a mais
refund-reason-goodwill = Cortesia
refund-reason-other = Outro motivo
refund-failure-refused = recusado pelo provedor
refund-failure-withdrawn = não será enviado
refund-failure-came_back = voltou do banco do pagador
refund-failure-too_large = mais do que restava do pagamento
refund-failure-whole_only = o provedor só devolve o valor inteiro
refund-failure-too_late = tarde demais para o provedor
refund-failure-disputed = retido por uma contestação
refund-failure-paid_to_stores = as lojas receberam diretamente
refund-failure-not_possible = nada do pagamento podia ser devolvido
refund-note = Observação
refund-note-hint = Para quem cuida do pedido; o comprador não a lê.
refund-borne = Quem arca
refund-borne-hint = O que o marketplace assume não custa nada à loja.
refund-borne-store = A loja
refund-borne-marketplace = O marketplace, por cortesia
refund-look = Mostrar os valores
refund-figures = O resultado
refund-buyer-gets = O comprador recebe
refund-store-loses = A loja perde
refund-commission-back = Da comissão volta
refund-marketplace-bears = O marketplace assume
refund-fee-store = O que o provedor cobrar por ele, a loja paga
refund-fee-marketplace = O que o provedor cobrar por ele, o marketplace paga
refund-fee-later = conhecido depois de feito
refund-left = Resta a devolver depois
refund-of-stores = De cada loja
refund-store = Loja
refund-earning-left = Ela ainda ganha
refund-for-good = O dinheiro volta para o comprador e isso não pode ser desfeito aqui. O que foi pago manualmente é enviado pelo marketplace, o que demora mais.
refund-give = Devolver { $name }
refund-change = Alterar
refund-left-only = Restam apenas { $name } a devolver.
refund-done-flash = O dinheiro foi devolvido.
refund-asked-flash = O reembolso foi iniciado: a página diz quando for enviado.
refund-failed-flash = O provedor do pagamento recusou o reembolso: nada foi devolvido.

## Extratos bancários

bank-statements-title = Extratos bancários
bank-statements-none = Nenhum extrato foi importado ainda.
bank-statement-file = Arquivo do banco
bank-statement-hint = OFX ou CSV. Pagamentos cujo código e valor estão em uma linha são marcados como pagos; as outras linhas esperam por você. O mesmo arquivo de novo não muda nada.
bank-statement-columns = Escolher as colunas de um CSV
bank-statement-columns-hint = Só se não forem encontradas sozinhas: o nome no cabeçalho, ou o número a partir de 1.
bank-statement-column-date = Coluna do dia
bank-statement-column-amount = Coluna do valor
bank-statement-column-description = Coluna da descrição
bank-statement-column-id = Coluna do identificador
bank-statement-at = Importado
bank-statement-format = Formato
bank-statement-count = Linhas
bank-statement-count-known = Já conhecidas
bank-statement-lines = { $count ->
    [one] { $count } linha
   *[other] { $count } linhas
}
bank-statement-known = { $count ->
    [one] { $count } linha que um arquivo anterior já tinha
   *[other] { $count } linhas que um arquivo anterior já tinha
}
bank-statement-matched = { $count ->
    [one] { $count } pagamento marcado como pago
   *[other] { $count } pagamentos marcados como pagos
}
bank-statement-were-paid = { $count ->
    [one] { $count } pagamento que já estava pago
   *[other] { $count } pagamentos que já estavam pagos
}
bank-statement-would-match = { $count ->
    [one] { $count } pagamento seria marcado como pago
   *[other] { $count } pagamentos seriam marcados como pagos
}
bank-statement-imported = { $count ->
    [one] O extrato foi importado: { $count } pagamento está marcado como pago.
   *[other] O extrato foi importado: { $count } pagamentos estão marcados como pagos.
}
store-statement-title = Extrato do seu banco
store-statement-hint = Para pedidos que os compradores pagam na sua própria chave PIX: uma linha com o código e o valor de um dos seus pedidos diz que você tem o dinheiro dele. Nada do arquivo é guardado.
store-statement-matched = { $count ->
    [one] Um pedido está pago
   *[other] { $count } pedidos estão pagos
  }
store-statement-would-match = { $count ->
    [one] Um pedido ficaria pago
   *[other] { $count } pedidos ficariam pagos
  }
store-statement-were-paid = { $count ->
    [one] Uma linha é de um pedido que já estava pago
   *[other] { $count } linhas são de pedidos que já estavam pagos
  }
store-statement-unmatched = Sem pedido
store-statement-unmatched-hint = Se você sabe qual pedido uma linha paga, diga isso na página do pedido.
store-statement-order = O pedido
bank-lines-title = Linhas de extratos
bank-lines-waiting = Linhas em espera
bank-lines-none = Nenhuma linha encontrada.
bank-lines-hint = De uma linha sem código, escreva de qual pagamento é o dinheiro: o id, ou o endereço da página dele. O que foi pago tarde demais é devolvido no banco; depois ignore a linha.
bank-line-state = Situação
bank-line-on = Dia
bank-line-text = O banco diz
bank-line-payment = Pagamento
bank-line-payment-id = Id do pagamento
bank-line-payment-for = Pagamento do qual { $name } é o dinheiro
bank-line-match = Marcar como pago
bank-line-ignore = Ignorar
bank-line-open = Espera por você
bank-line-matching = Sendo marcada
bank-line-matched = Conciliada
bank-line-ignored = Ignorada
bank-line-out = Saída
bank-line-unknown = Nenhum pagamento encontrado
bank-line-amount_only = Valor confere, sem código
bank-line-several_of_amount = Vários com este valor
bank-line-other_amount = Outro valor
bank-line-several_named = Cita vários pagamentos
bank-line-paid_too_late = Pago tarde demais; devolva
bank-line-already_paid = Pago por outra linha
bank-line-money_out = Saída de dinheiro
bank-line-refund_to_send = Talvez um reembolso
bank-line-payout_to_send = Talvez um repasse
bank-line-not_yet = Ainda não é possível; envie o arquivo de novo
bank-line-was-paid = Já estava pago
bank-line-was-paid-flash = O pagamento já estava marcado como pago; a linha é o dinheiro dele.
bank-line-ignored-flash = A linha foi ignorada.
bank-line-matched-flash = O pagamento está marcado como pago.
bank-line-no-payment-flash = Este pagamento não existe.
bank-line-not-by-hand-flash = O provedor deste pagamento informa por conta própria o que aconteceu com ele.
bank-line-amount-flash = A linha tem um valor diferente deste pagamento.
bank-line-already_paid-flash = Outra linha é o dinheiro deste pagamento.
bank-line-decided-flash = Alguém já decidiu sobre esta linha.

## Disputes

disputes-title = Contestações
disputes-none = Ninguém contesta um pagamento.
disputes-all = Todas
dispute-title = Contestação de { $name }
dispute-state = Situação
dispute-kind = Tipo
dispute-due = Provas até
dispute-due-hint = O último dia em que o banco aceita provas, se ele informou.
dispute-opened-at = Aberta em
dispute-closed-at = Encerrada em
dispute-reason = Motivo
dispute-held = Retido disso
dispute-written-off = Perda do marketplace: cobrado embora já devolvido
dispute-fee = Tarifa do provedor
dispute-earning = Ganho da loja nisso
dispute-payment = Abrir o pagamento
dispute-about = O que é contestado
dispute-hint = O dinheiro fica retido até o fim da contestação. Se for ganha, ele volta; se for perdida, é do pagador, também depois de um repasse: então os próximos repasses são menores.
dispute-opened = Aguarda provas
dispute-evidence_sent = Provas enviadas
dispute-won = Ganha
dispute-lost = Perdida
dispute-chargeback = Chargeback do cartão
dispute-med = Devolução especial do PIX (MED)
dispute-history = O que aconteceu
dispute-event-opened = Aberta
dispute-event-evidence_sent = Provas enviadas
dispute-event-won = Ganha
dispute-event-lost = Perdida
dispute-event-regained = Ganha em recurso
dispute-event-kept_more = Mais valor retido
dispute-event-reopened = Aberta de novo: foi ganha, e o dinheiro foi retirado outra vez
dispute-event-lost_more = Mais valor perdido
dispute-event-changed = Sobre outro valor que antes
dispute-event-told = O provedor informa dela
dispute-event-written_off = Baixado como perda
dispute-event-inquiry = Por ora só uma consulta
dispute-reason-fraudulent = O titular diz que não comprou
dispute-reason-product_not_received = O produto não chegou
dispute-reason-product_unacceptable = O produto não é como descrito
dispute-reason-duplicate = Cobrado duas vezes
dispute-reason-credit_not_processed = Um reembolso não chegou
dispute-reason-subscription_canceled = Tinha sido cancelado
dispute-reason-unrecognized = O titular não reconhece a cobrança
dispute-reason-general = Outro motivo
dispute-reason-MED_FRAUDE = Fraude, diz o banco do pagador
dispute-reason-MED_OPERACIONAL = Um erro do banco do pagador
dispute-by-hand = O que foi decidido?
dispute-by-hand-hint = O provedor não informa o resultado, ou informa um que não é possível. Veja o que o banco diz: isto não pode ser desfeito aqui.
dispute-say-won = Ganha: o dinheiro fica
dispute-say-lost = Perdida: o dinheiro se foi
dispute-say-regained = Ganha em recurso: o dinheiro voltou
dispute-appeal-hint = Ela foi perdida. Se o banco decidir outra coisa em recurso, diga aqui: isto não pode ser desfeito.
dispute-closed-flash = O resultado da contestação está anotado.
dispute-moved-flash = A contestação mudou de situação enquanto isso.
dispute-new-title = O banco tomou de volta
dispute-new-hint = Anote o que o banco tomou de volta, ou retém até decidir. Os ganhos das lojas nisso são retidos na hora.
dispute-new-open = Reter
dispute-bank-reference = Referência do banco
dispute-bank-reference-hint = Sob a qual o banco informou: cada uma é anotada uma vez.
dispute-opened-flash = A contestação está aberta e o dinheiro, retido.
payment-dispute = O banco tomou de volta
evidence-title = Provas
evidence-none = Ainda não há nada escrito.
evidence-kind = O que mostra
evidence-kind-hint = Texto e arquivo tomam o lugar dos que há do mesmo tipo.
evidence-text = Em palavras
evidence-file = Arquivo
evidence-file-hint = PDF, JPEG ou PNG, até 5 MB. O que aconteceu é contado só em palavras.
evidence-write = Anotar
evidence-remove = Remover: { $name }
evidence-send = Enviar as provas
evidence-send-hint = Só podem ser enviadas uma vez: confira tudo antes.
evidence-written = A prova está anotada.
evidence-removed = A prova foi removida.
evidence-closed-flash = As provas estão completas. Um operador as entrega ao banco: nenhum provedor as recebe daqui.
evidence-sent-flash = As provas foram enviadas.
evidence-refused-flash = O provedor não aceita estas provas. Confira os arquivos e textos.
evidence-explanation = O que aconteceu
evidence-product = O produto
evidence-delivery = Envio ou entrega
evidence-communication = O que vocês escreveram um ao outro
evidence-receipt = Recibo ou nota fiscal
evidence-signature = Assinatura
evidence-policy = O que foi combinado
evidence-other = Outra coisa

## Stores

stores-empty = Nenhuma loja combina.
applications-empty = Nenhum cadastro espera por decisão.
store-store = Loja
store-business = Empresa
store-tax-id = CPF/CNPJ
store-place = Lugar
store-status = Situação
store-applied = Cadastro
store-search = Nome começa com
store-about = Sobre a loja
store-phone = Telefone
store-name = Nome da loja
store-time-zone = Fuso horário
store-time-zone-hint = Como America/Sao_Paulo
store-money = Moeda
store-fixed = O que não muda
store-fixed-hint = Peça ao marketplace para mudar estes dados.
store-currency = Moeda e fuso horário
store-address = Endereço
address-recipient = Destinatário
address-street = Rua
address-number = Número
address-complement = Complemento
address-district = Bairro
address-city = Cidade
address-state = Estado
address-postal-code = CEP
address-country = País
address-country-hint = Duas letras, como BR
store-reason = Motivo
store-approve = Aprovar
store-approve-hint = A loja pode vender na hora, e o dono recebe uma mensagem.
store-reject = Recusar
store-reject-reason = Motivo
store-reject-hint = Quem se cadastrou vai ler.
store-suspend = Suspender
store-suspend-hint = Na hora, nada desta loja pode ser comprado. Pedidos existentes continuam.
store-suspend-reason = Motivo
store-reason-missing = Escreva um motivo.
store-not-open = Sua loja não está aberta a compradores agora.
store-why = O motivo:
store-apply-again = Corrigir e pedir de novo
store-draft = Rascunho
store-pending = Aguardando decisão
store-approved = Aprovada
store-rejected = Recusada
store-suspended = Suspensa
store-closed = Encerrada
store-approved-flash = { $name } foi aprovada.
store-rejected-flash = { $name } foi recusada.
store-suspended-flash = { $name } foi suspensa.
role-owner = Dono
role-manager = Gerente
role-staff = Equipe

## Shipping

shipping-empty = Sem forma de envio: nada desta loja pode ser comprado.
shipping-new = Nova forma de envio
shipping-add = Acrescentar
shipping-added = Forma de envio acrescentada.
shipping-details = Forma de envio
shipping-name = Nome
shipping-name-hint = Como os compradores leem
shipping-kind = O preço é
shipping-kind-flat = O mesmo para todo pedido
shipping-kind-free_above = Grátis a partir de um valor
shipping-kind-pickup = Retirada na loja
shipping-free-from = grátis a partir de { $name }
shipping-days = Dias
shipping-days-hint = Dias úteis da postagem à entrega
shipping-price = Preço
shipping-price-hint = Não para retirada
shipping-threshold = Grátis a partir de
shipping-threshold-hint = Só se for grátis a partir de um valor
shipping-offered = Oferecida
shipping-offered-true = Sim
shipping-offered-false = Não
shipping-remove = Remover
shipping-remove-hint = Quem a escolheu terá de escolher de novo. Os pedidos a mantêm.
shipping-removed = Forma de envio removida.

## Events and mailbox

events-title = Eventos
events-modules = Módulos
events-waiting = Na fila
events-dead = Não entregues
events-oldest = Mais antigo espera
events-show-all = Mostrar todos
events-show-dead = Só os não entregues
events-none-dead = Tudo foi entregue.
events-empty = Ainda sem eventos.
events-seconds = { $count } s
events-tab-dead = { $name } ({ $count })
events-tab-away = { $name } (sem resposta)
event-event = Evento
event-subscriber = Destino
event-state = Situação
event-attempts = Tentativas
event-happened = Aconteceu
event-error = Último erro
event-retry = Tentar de novo
event-retried = Voltou para a fila.
event-not-dead = Já não espera por nova tentativa.
delivery-pending = Na fila
delivery-done = Entregue
delivery-dead = Não entregue
mailbox-title = Mensagens
mail-empty = Nenhuma mensagem aqui.
mail-recipient = Para
mail-status = Situação
mail-subject = Assunto
mail-kind = Tipo
mail-made = Criada
mail-sent = Enviada
mail-message-id = Message-ID
mail-html = Em HTML
mail-text = Em texto
mail-about = Sobre
mail-resend = Enviar de novo
mail-resent = A mensagem voltou para a fila.
mail-already-sent = A mensagem já foi enviada.
mail-kind-verify_email = Confirmar e-mail
mail-kind-reset_password = Nova senha
mail-kind-change_email = Confirmar novo e-mail
mail-kind-email_change_asked = E-mail vai mudar
mail-kind-password_changed = Senha alterada
mail-kind-sign_in_link = Link de entrada
mail-kind-order_confirmed = Pedido confirmado
mail-kind-order_shipped = Pedido enviado
mail-kind-order_cancelled = Pedido cancelado
mail-kind-order_refunded = Pedido reembolsado
mail-kind-part_refunded = Reembolso do pedido de uma loja
mail-kind-payment_expected = Pagamento a uma loja a caminho
mail-kind-new_order = Novo pedido
mail-kind-part_cancelled = Venda cancelada
mail-kind-stock_low = Estoque baixo
mail-kind-payout_paid = Repasse pago
mail-kind-payout_returned = Repasse devolvido
mail-kind-debt_invoiced = Cobrança
mail-kind-payout_account_changed = Conta de repasses alterada
mail-kind-phone_changed = Telefone alterado
mail-kind-payment_disputed = Pagamento contestado
mail-kind-dispute_closed = Contestação encerrada
mail-kind-application_approved = Cadastro aprovado
mail-kind-application_rejected = Cadastro recusado
mail-kind-store_suspended = Loja suspensa
mail-kind-store_reinstated = Loja reaberta
mail-kind-order_placed = Pedido espera pagamento
message-pending = Na fila
message-sent = Enviada
message-written = Gravada, não enviada
message-failed = Não enviada

## Who did what

audit-title = Auditoria
audit-what = Ato
audit-who = Por
audit-subject = Sobre
audit-module = Módulo
audit-details = Detalhes
audit-when = Quando
audit-user-id = Id da pessoa
audit-subject-id = Id do objeto
audit-until = Até
audit-empty = Ninguém fez tal coisa.
audit-away = Não estão aqui, porque não respondem: { $name }
act-event-retried = Evento de volta à fila
act-user-operator_made = Operador criado
act-store-approved = Loja aprovada
act-store-rejected = Loja recusada
act-store-suspended = Loja suspensa
act-store-payout_account_changed = Conta de repasses alterada
act-store-commission_rule_added = Regra de comissão criada
act-store-commission_rule_changed = Regra de comissão alterada
act-store-commission_rule_removed = Regra de comissão removida
act-store-shipping_method_removed = Forma de envio removida
act-catalog-category_added = Categoria criada
act-catalog-category_changed = Categoria alterada
act-catalog-category_removed = Categoria removida
act-catalog-image_removed = Imagem removida
act-catalog-product_archived = Produto arquivado
act-catalog-variant_removed = Variação removida
act-payment-method_limit_removed = Regra de uma forma de pagamento removida
act-payment-method_limit_set = Regra de uma forma de pagamento definida
act-payment-provider_added = Provedor de pagamento informado
act-payment-provider_changed = Provedor de pagamento alterado
act-payment-provider_removed = Provedor de pagamento removido
act-payment-notes_changed = Anotações de um pagamento alteradas
act-payment-payout_made = Repasse criado
act-payment-payout_paid = Repasse pago
act-payment-payout_returned = Repasse devolvido
act-payment-payout_cancelled = Repasse cancelado
act-payment-payout_account_seen = Conta de um repasse vista
act-payment-payout_file_made = Arquivo de repasses baixado
act-payment-leg_paid = Parte marcada como paga à loja
act-payment-leg_unpaid = Parte marcada como não paga à sua loja
act-payment-marked_paid = Pagamento marcado como pago
act-payment-refund_sent = Reembolso marcado como enviado
act-payment-refund_returned = Informou que um reembolso voltou
act-payment-refund_withdrawn = Informou que um reembolso não será enviado
act-payment-refund_settled = Informado o que aconteceu com um reembolso
act-payment-split_settled = Informado se uma parte foi dividida para a conta da loja
act-payment-statement_imported = Extrato bancário importado
act-payment-statement_line_ignored = Linha de extrato ignorada
act-payment-debt_invoiced = Loja cobrada
act-payment-invoice_ended = Cobrança a uma loja encerrada
act-payment-debt_settled = Dívida paga pela loja
act-payment-debt_written_off = Dívida baixada como perda
act-payment-reserve_held = Posto em reserva
act-payment-reserve_released = Tirado da reserva
act-payment-dispute_closed = Contestação encerrada à mão
act-payment-dispute_opened = Contestação aberta à mão
act-payment-evidence_removed = Prova removida
act-payment-evidence_sent = Provas enviadas
act-payment-saved_method_removed = Forma de pagamento salva removida
act-order-cancelled = Pedido cancelado
act-order-fiscal_document_set = Documento fiscal informado
act-order-refunded = Dinheiro de um pedido devolvido
act-notification-message_resent = Mensagem reenviada
thing-event = Evento
thing-user = Pessoa
thing-store = Loja
thing-commission_rule = Regra de comissão
thing-shipping_method = Forma de envio
thing-category = Categoria
thing-product = Produto
thing-variant = Variação
thing-payout = Repasse
thing-method_limit = Regra de uma forma de pagamento
thing-provider = Provedor de pagamento
thing-payout_file = Arquivo de repasses
thing-payment = Pagamento
thing-invoice = Cobrança
thing-refund = Reembolso
thing-statement = Extrato bancário
thing-statement_line = Linha de extrato
thing-debt = Dívida
thing-reserve = Reserva
thing-dispute = Contestação
thing-saved_method = Forma de pagamento salva
thing-order = Pedido
thing-store_order = Pedido da loja
thing-message = Mensagem

# Who takes payments.
nav-providers = Provedores de pagamento
providers-hint = Perguntados de cima para baixo: o primeiro que aceita um pagamento fica com ele, mesmo que algo mude aqui depois.
providers-none = Ninguém recebe pagamentos ainda. Informe um dos tipos abaixo: uma chave PIX basta para vender.
provider-name = Nome
provider-name-hint = Letras minúsculas, números, - e _. Nunca muda, e aparece no endereço das notificações.
provider-state = Situação
provider-methods = Aceita
provider-open = Pagamentos abertos
provider-last = Última notificação
provider-order = Ordem
provider-refused = Notificação recusada
refused-signature = Sem uma assinatura válida
refused-unreadable = Não pode ser lida
refused-not_sent = O provedor não a enviou
provider-failure = Último erro
provider-webhook = As notificações chegam em
provider-settings = Configurações
provider-up = Subir
provider-down = Descer
provider-on = Recebe pagamentos
provider-off = Desligado
provider-unusable = Não pode ser usado
provider-source-settings = Das configurações
provider-of-settings = Um arquivo de configuração, ou o ambiente, decide sobre este provedor e vale mais do que o informado aqui. Ele é alterado lá.
provider-overridden = Um arquivo de configuração, ou o ambiente, dá este nome a outro provedor: vale aquele.
provider-keys-lost = As chaves de { $name } não podem ser lidas: foram guardadas com outra chave da instalação. Informe-as de novo. Todo o resto continua.
provider-unusable-why = Não pode ser usado; o log diz por quê.
provider-unknown-kind = Esta versão não conhece o tipo deste provedor: outra o guardou.
provider-new = Informar um provedor
provider-kept-out = Não oferecido aqui: { $name }. No perfil de produção só recebe pagamentos o que movimenta dinheiro.
provider-new-hint = Com uma chave PIX, manualmente, já se pode vender: você vê no banco que o dinheiro chegou e confirma.
provider-add = Informar
provider-added = { $name } recebe pagamentos.
provider-removed = Removido. O nome continua ocupado.
provider-test = Testar
provider-switch-off = Desligar
provider-switch-on = Ligar
provider-off-hint = Desligado, não recebe novos pagamentos e continua com os que tem.
provider-used-hint = Ele tem pagamentos, por isso pode ser desligado, mas não removido: os reembolsos vão para ele.
provider-secret-set = Definida em { $name }. Deixe vazio para manter.
provider-secret-remove = Remover este segredo
provider-secrets-hint = As chaves são guardadas cifradas e nunca mais exibidas. Quem muda um endereço informa-as de novo.
provider-configured-flash = As configurações decidem sobre este provedor: ele é alterado lá.
provider-used-flash = Ele tem pagamentos: pode ser desligado, mas não removido.
provider-check-good = Ele responde e aceita as chaves.
provider-check-refused = Ele não aceita as chaves: { $name }
provider-check-unreachable = Ele não responde: { $name }
provider-check-none = Não há nada inofensivo a perguntar.
provider-kind-manual = PIX ou transferência, manualmente
provider-kind-mercado_pago = PIX e cartões pelo Mercado Pago
provider-kind-paypal = PayPal
provider-kind-pix_api = PIX por um banco
provider-kind-sandbox = Provedor simulado
provider-kind-stripe = Cartões pela Stripe
provider-kind-woovi = PIX pela Woovi
provider-about-manual = Sem contrato e sem servidor: quem paga recebe um código da sua chave PIX, ou o texto para uma transferência. Você marca o pagamento como pago.
provider-about-mercado_pago = PIX e cartões com uma só conta, que recebe o pagamento inteiro; as lojas recebem por repasses. Peça que avise dos pagamentos no endereço abaixo.
provider-about-paypal = Quem paga vai ao PayPal e aprova lá. Crie um webhook para CHECKOUT.ORDER.APPROVED e PAYMENT.CAPTURE.* e informe o id dele.
provider-about-pix_api = Qualquer banco no Brasil com a API Pix do Banco Central: ele fornece o cliente, o certificado e os endereços.
provider-about-sandbox = Para testes: nenhum dinheiro se move. Não serve para produção.
provider-about-stripe = Cartões. No painel da Stripe crie um endpoint para payment_intent.*, charge.refunded, charge.dispute.*, refund.updated e refund.failed.
provider-about-woovi = PIX. Crie uma aplicação (API) e peça que avise de cobranças e reembolsos no endereço abaixo.
setting-choice-basic = Um formulário, o cliente por HTTP
setting-choice-form = Um formulário com o cliente dentro
setting-choice-json = Em JSON
setting-choice-automatic = Quando o cartão é aceito
setting-choice-manual = Autorizado antes, cobrado se o pagador chegou a tempo
setting-choice-held = Retido
setting-choice-noted = Só anotado
setting-choice-told = O provedor
setting-choice-by_hand = Um operador
setting-choice-registered = A Feira, quando as chaves são testadas
setting-choice-checked = Testa
setting-choice-skipped = Pede-se que não
setting-choice-no = Não
setting-choice-yes = Sim
setting-choice-application = O marketplace
setting-choice-stripe = A Stripe
setting-choice-express = Algumas próprias
setting-choice-full = Todas
setting-choice-marketplace = O marketplace
setting-choice-store = Cada loja
setting-choice-none = Nenhuma
setting-choice-split_refunds-marketplace = Tudo do marketplace
setting-choice-accounts = A parte da loja sai da conta dela
label-settings = Configurações
label-settings_stores = Só para estas lojas
label-settings_payee = A quem pagam PIX, transferências e conversas
label-settings_pix_key = Chave PIX
label-settings_pix_name = A quem ela paga
label-settings_pix_city = Cidade
label-settings_transfer = O que lê quem transfere
label-settings_on_delivery = O que lê quem paga na entrega
label-settings_whatsapp = Número no WhatsApp
label-settings_url = Endereço
label-settings_token_url = Endereço dos tokens de acesso
label-settings_token_request = Como se pede um token
label-settings_client_id = Id do cliente
label-settings_client_secret = Segredo do cliente
label-settings_scopes = Escopos
label-settings_api_key = Chave de API
label-settings_api_key_header = Cabeçalho da chave de API
label-settings_certificate = Certificado
label-settings_certificate_key = Chave privada do certificado
label-settings_authority = Certificado de quem assinou o do banco
label-settings_webhook_secret = Segredo das notificações
label-settings_webhook_secret_previous = Segredo anterior das notificações
label-settings_webhook = Quem registra no banco o endereço das notificações
label-settings_webhook_mtls = Se o banco o testa com seu certificado
label-settings_takes = Moedas, cada uma com o valor mínimo
label-settings_capture = Quando o cartão é cobrado
label-settings_instalments = Máximo de parcelas do cartão
label-settings_instalment_least = Valor mínimo de uma parcela
label-settings_instalment_plans = Onde os planos de parcelas são informados
label-settings_return_url = Para onde volta quem paga
label-settings_cancel_url = Para onde volta quem não aprovou
label-settings_connect = Lojas têm contas lá e recebem por transferência
label-settings_connect_losses = Quem arca com o que a conta de uma loja deve e não paga
label-settings_connect_dashboard = Páginas da Stripe para quem tem conta
label-settings_connect_webhook_secret = Segredo das notificações de contas conectadas
label-settings_connect_webhook_secret_previous = Segredo anterior das notificações de contas conectadas
label-settings_account = Conta que recebe
label-settings_payer_email = E-mail informado de cada pagador
label-settings_webhook_id = Id do webhook
label-settings_webhook_key = Chaves públicas dos avisos
label-settings_pix_minutes = Menor prazo de um PIX, em minutos
label-settings_keys_hours = Horas em que uma chave é lembrada
label-settings_refund_days = Dias após os quais nada é devolvido
label-settings_inquiries = Dinheiro enquanto o comprador só pergunta
label-settings_disputes = Quem avisa de disputas
label-settings_dispute_path = Onde ficam as disputas
label-settings_dispute_outcome = Campo que diz como uma disputa terminou
label-settings_dispute_won = Palavras das disputas ganhas
label-settings_splits = Lojas têm contas lá, e cada PIX é dividido entre elas
label-settings_split_refunds = De quem é o dinheiro devolvido de um PIX dividido
label-settings_dispute_lost = Palavras das disputas perdidas
label-least = Valor mínimo
label-most = Valor máximo
hint-settings_stores = Ids de lojas, um por linha. Vazio: todas.
hint-settings_payee = Cada loja: na conta dos seus repasses; ela confirma a sua parte e deve a comissão. O que está abaixo vale então para pagamentos em que alguma loja recebe do marketplace.
hint-settings_pix_key = CPF ou CNPJ, telefone com +55, e-mail ou chave aleatória.
hint-settings_pix_name = No máximo 25 letras.
hint-settings_pix_city = No máximo 15 letras.
hint-settings_on_delivery = Por exemplo: dinheiro, ou PIX ao entregador. Cada loja recebe direto de quem compra e deve a comissão. Vazio: nada se paga na entrega.
hint-settings_transfer = Banco, agência, conta, titular. Vazio: não há transferências.
hint-settings_certificate = Em PEM.
hint-settings_certificate_key = Em PEM, sem senha.
hint-settings_authority = Em PEM. Vazio: uma em que todos confiam.
hint-settings_webhook_secret = No mínimo 32 caracteres.
hint-settings_webhook_secret_previous = Só durante a troca: o que vem assinado com ele, ou no endereço dele, é aceito até ser removido.
hint-settings_takes = Uma por linha, como BRL 0.50.
hint-settings_dispute_won = Separadas por espaços. Uma palavra de nenhum dos tipos mantém o dinheiro retido.
hint-settings_splits = A sua conta lá precisa ter subcontas. Nada é dividido enquanto os repasses esperam documentos fiscais.
hint-settings_split_refunds = A biblioteca da Woovi não diz: pergunte à Woovi. Se for do marketplace, a loja deve a parte dela.
hint-settings_dispute_lost = Separadas por espaços.
hint-settings_return_url = Vazio: o programa de quem paga confirma.
hint-settings_instalments = 1: cartões pagam à vista. A configuração do marketplace também limita.
hint-settings_instalment_least = Um por linha, como BRL 5.00.
hint-settings_instalment_plans = O que vem depois de /v1/ no endereço, com {"{amount}"} no lugar dele. Vazio: são oferecidos sem valores.
hint-settings_connect = Sua conta lá precisa ter o Stripe Connect.
hint-settings_connect_webhook_secret = De um endpoint para account.updated de contas conectadas. Vazio: as contas são consultadas de tempos em tempos.
hint-settings_connect_webhook_secret_previous = Só durante a troca: o que vem assinado com ele, ou no endereço dele, é aceito até ser removido.
limits-title = Formas de pagamento
limits-none = Cada forma é oferecida até onde um provedor aceita.
limit-new = Definir uma regra
limit-currency-hint = Vazio: { $name }
limit-currency-unknown = Essa moeda não existe: três letras, como USD
payee-title = A quem se paga
payee-hint = Cada loja: cada loja de um pagamento tem o próprio código, conta ou conversa, confirma a sua parte e deve a comissão. Só PIX, transferência e WhatsApp.
payee-unsaid = Como o provedor está configurado
payee-marketplace = O marketplace
payee-store = Cada loja
limit-hint = De todas as lojas, ou de uma, cuja regra vale mais. Uma regra da mesma forma e loja é substituída.
limit-enabled = Oferecida
limit-enabled-yes = Sim
limit-enabled-no = Não
limit-amounts = Valores
limit-from = a partir de { $name }
limit-to = até { $name }
limit-remove = Remover
limit-set-it = Definir
limit-set = A regra está definida.
limit-removed = A regra foi removida.
