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
nav-commission = Comissão
nav-audit = Auditoria
nav-mailbox = Mensagens
search-products = Buscar produtos
orders-search = Número do pedido, e-mail, nome ou telefone
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
todo-to-ship = { $count ->
    [one] { $count } pedido para enviar
   *[other] { $count } pedidos para enviar
}
todo-sold-out = { $count ->
    [one] { $count } produto esgotado
   *[other] { $count } produtos esgotados
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
todo-no-payments = Nada pode ser pago: nenhum provedor aceita novos pagamentos (payments.order)
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
orders-tab-unpaid = Não pagos
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
ship-submit = Marcar como enviado
ship-done = Marcado como enviado. O comprador recebe uma mensagem.
ship-wait = Não envie ainda: o pagamento não chegou.
accept-hint = Ainda não pode enviar?
accept-submit = Aceitar o pedido
accept-done = Pedido aceito.
deliver-title = A caminho
deliver-hint = Quando souber que chegou, avise: o prazo de devolução começa aí.
deliver-submit = Marcar como entregue
deliver-done = Marcado como entregue.
earning-title = Seu ganho
earning-commission = Comissão
earning-earning = Você recebe
earning-payable = Disponível desde
earning-window = Disponível após o prazo de devolução:
earning-later = Disponível após a entrega e o prazo de devolução.
earning-back = De volta a quem comprou
earning-unpaid = Ninguém pagou ainda.
earning-cancelled = Foi cancelado antes do pagamento: nada é ganho com ele.
earning-refunding = Nada é ganho com ele: o valor volta para quem comprou.
earning-refunded = Nada é ganho com ele: o valor voltou para quem comprou.
earning-in-payout = A caminho de você, em um repasse.
earning-paid-out = Repassado a você.
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
reason-card_declined = cartão recusado
reason-expired_card = cartão vencido
reason-incorrect_cvc = código de segurança incorreto
reason-insufficient_funds = saldo ou limite insuficiente
reason-payment_intent_authentication_failure = não confirmado no banco
reason-return_window = prazo de devolução encerrado

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
payout-failed = Devolvido
payout-reference-for = Referência do repasse para { $name }
payout-paid-flash = O repasse para { $name } está marcado como pago.
balance-payable = Disponível
balance-payable-note = No próximo repasse
balance-pending = Pendente
balance-pending-note = { $name } no prazo de devolução, o resto ainda não entregue
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
ledger-refund_returned = Reembolso devolvido
ledger-payout_returned = Repasse devolvido
ledger-fee = Tarifa de provedor
ledger-dispute_opened = Em disputa
ledger-dispute_won = Disputa ganha
ledger-dispute_lost = Disputa perdida
ledger-netting = Abatido
ledger-settled_by_store = Pago pela loja
ledger-write_off = Baixado como perda
ledger-reserve_held = Posto em reserva
ledger-reserve_released = Saiu da reserva
account-provider_clearing = Valores no provedor
account-seller_pending = Vendedores, pendente
account-seller_payable = Vendedores, disponível
account-payout_in_transit = Repasses a caminho
account-platform_commission = Comissão
account-provider_disputed = Em disputa, no provedor
account-seller_disputed = Vendedores, em disputa
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

## Payments

payment-status = Situação
payment-method = Forma
payment-amount = Valor
payment-failure = Por que falhou
payment-none = Ainda sem pagamento.
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
payments-title = Pagamentos
payments-none = Ainda sem pagamentos.
payment-title = Pagamento de { $name }
payment-provider = Provedor
payment-statement = No extrato do banco
payment-begun = Iniciado
payment-until = Pagar até
payment-order = Abrir o pedido
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
mail-kind-new_order = Novo pedido
mail-kind-part_cancelled = Venda cancelada
mail-kind-stock_low = Estoque baixo
mail-kind-payout_paid = Repasse pago
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
act-payment-payout_made = Repasse criado
act-payment-payout_paid = Repasse pago
act-payment-marked_paid = Pagamento marcado como pago
act-payment-refund_sent = Reembolso marcado como enviado
act-order-cancelled = Pedido cancelado
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
thing-payment = Pagamento
thing-refund = Reembolso
thing-order = Pedido
thing-message = Mensagem
