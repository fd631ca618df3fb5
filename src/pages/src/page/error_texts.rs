//! What every error's code says in the languages of the pages. `{min}` and `{max}` are the bounds
//! of a refused value; `*.name` is what a name says where its module has no text of its own.

/// The text of a code: in English, or in Brazilian Portuguese.
pub(crate) fn text(
    code: &str,
    portuguese: bool,
    (min, max): (Option<i64>, Option<i64>),
) -> Option<String> {
    let (_, en, pt_br) = row(code)?;
    let text = if portuguese { pt_br } else { en };
    let mut text = text.to_owned();
    for (place, bound) in [("{min}", min), ("{max}", max)] {
        if let Some(bound) = bound {
            text = text.replace(place, &bound.to_string());
        }
    }
    Some(text)
}

fn row(code: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let own = TEXTS.iter().find(|row| row.0 == code);
    let shared = || {
        let name = code.split_once('.')?.1;
        TEXTS
            .iter()
            .find(|row| row.0.strip_prefix("*.") == Some(name))
    };
    own.or_else(shared).copied()
}

/// A code, English, Brazilian Portuguese: one code a line.
#[rustfmt::skip]
const TEXTS: &[(&str, &str, &str)] = &[
    // What every module may say.
    ("*.invalid", "Some fields are not acceptable.", "Alguns campos não podem ser aceitos."),
    ("*.forbidden", "You may not do this.", "Você não pode fazer isto."),
    ("*.unavailable", "This is not available now. Try again in a moment.", "Isto está indisponível agora. Tente de novo em instantes."),
    ("*.internal", "An error on our side.", "Um erro do nosso lado."),
    ("*.illegal_move", "The state of this does not allow it any more.", "A situação não permite mais isto."),
    ("*.version_mismatch", "Somebody else changed this meanwhile.", "Outra pessoa alterou isto enquanto isso."),
    // Refused values, whoever asks for them.
    ("request.required", "Fill in this field.", "Preencha este campo."),
    ("request.too_short", "At least {min} characters.", "No mínimo {min} caracteres."),
    ("request.too_long", "At most {max} characters.", "No máximo {max} caracteres."),
    ("request.too_many", "At most {max}.", "No máximo {max}."),
    ("request.out_of_range", "From {min} to {max}.", "De {min} a {max}."),
    ("request.not_positive", "This must be above zero.", "Deve ser maior que zero."),
    ("request.negative", "This cannot be below zero.", "Não pode ser menor que zero."),
    ("request.control_character", "There is a character that cannot be kept.", "Há um caractere que não pode ser guardado."),
    ("request.unacceptable", "There is a character or a size that cannot be kept.", "Há um caractere ou um tamanho que não pode ser guardado."),
    ("request.unknown", "This is not known.", "Isto não existe."),
    ("request.duplicate", "Another one has this already.", "Outro já tem isto."),
    ("request.taken", "This is taken.", "Já está em uso."),
    ("request.currency", "This is not the store’s currency.", "Não é a moeda da loja."),
    ("request.past", "This must lie in the future.", "Deve estar no futuro."),
    ("request.email", "This is no e-mail address.", "Isto não é um e-mail."),
    ("request.phone", "Write a telephone number, such as +55 11 91234-5678.", "Escreva um telefone, como +55 11 91234-5678."),
    ("request.country", "There is no such country. Write its two capital letters, such as BR.", "Este país não existe. Escreva as duas letras maiúsculas do país, como BR."),
    ("request.state", "Write the state’s letters, such as SP.", "Escreva a sigla do estado, como SP."),
    ("request.postal_code", "This is no postal code of that country. A CEP has eight digits.", "Isto não é um código postal desse país. Um CEP tem oito dígitos."),
    ("request.tax_id", "This is no CPF or CNPJ.", "Isto não é um CPF ou CNPJ."),
    // The request itself.
    ("request.unauthenticated", "Sign in first.", "Entre primeiro."),
    ("request.wrong_audience", "This sign-in is for another part of the marketplace.", "Este acesso é para outra parte do marketplace."),
    ("request.not_found", "There is nothing at this address.", "Não há nada neste endereço."),
    ("request.bad_signature", "The signature is missing, wrong or too old.", "A assinatura falta, está errada ou é antiga demais."),
    ("request.unsupported_media_type", "This cannot be sent in this format.", "Isto não pode ser enviado neste formato."),
    ("request.broken_body", "The upload broke off. Send it again.", "O envio foi interrompido. Envie de novo."),
    ("request.too_large", "This is too large.", "Isto é grande demais."),
    ("request.too_slow", "This took too long. Send it again.", "Isto demorou demais. Envie de novo."),
    ("request.too_many_bodies", "Too much is being sent now. Try again in a moment.", "Há envios demais agora. Tente de novo em instantes."),
    ("request.malformed", "This request cannot be read.", "Esta requisição não pode ser lida."),
    ("request.not_acceptable", "This is not there in the form that was asked for.", "Isto não existe na forma pedida."),
    ("request.unsupported_encoding", "This cannot be sent compressed.", "Isto não pode ser enviado comprimido."),
    ("request.malformed_json", "This cannot be read as JSON.", "Isto não pode ser lido como JSON."),
    ("request.invalid_form", "This form cannot be read. Load the page again.", "Este formulário não pode ser lido. Carregue a página de novo."),
    ("request.invalid_value", "This value is not acceptable.", "Este valor não pode ser aceito."),
    ("request.unknown_field", "This field is not known.", "Este campo não existe."),
    ("request.missing_field", "This field is missing.", "Falta este campo."),
    ("request.invalid_parameter", "A part of the address is not acceptable.", "Uma parte do endereço não pode ser aceita."),
    ("request.unknown_parameter", "A part of the address is not known.", "Uma parte do endereço não existe."),
    ("request.invalid_limit", "So many at once cannot be shown.", "Não é possível mostrar tantos de uma vez."),
    ("request.invalid_cursor", "This part of the list is not there. Start at its beginning.", "Esta parte da lista não existe. Volte ao começo."),
    ("request.if_match_invalid", "The version cannot be read.", "A versão não pode ser lida."),
    ("request.idempotency_key_missing", "A key for repeats is needed.", "Falta uma chave para repetições."),
    ("request.idempotency_key_invalid", "The key for repeats cannot be used.", "A chave para repetições não pode ser usada."),
    ("request.idempotency_key_unscoped", "The key for repeats cannot be used without signing in.", "A chave para repetições não pode ser usada sem entrar."),
    ("request.idempotency_key_reused", "This key was used for another request.", "Esta chave já foi usada em outra requisição."),
    ("request.idempotency_key_running", "The first request is still running. Ask again in a moment.", "A primeira requisição ainda está em andamento. Tente de novo em instantes."),
    ("request.session_ended", "Your session has ended, so nothing was saved. Sign in, then send it again.", "Sua sessão terminou, por isso nada foi salvo. Entre e envie de novo."),
    ("request.old_form", "The form was made for another session, so nothing was saved. Open the page again and send it once more.", "O formulário é de outra sessão, por isso nada foi salvo. Abra a página de novo e envie mais uma vez."),
    // People.
    ("user.forbidden", "This account has no access here.", "Esta conta não tem acesso aqui."),
    ("user.bad_credentials", "The e-mail or the password is not right.", "O e-mail ou a senha não confere."),
    ("user.email_not_verified", "Confirm your e-mail address first; the link is in your mailbox.", "Confirme primeiro o seu e-mail; o link está na sua caixa de entrada."),
    ("user.too_many_tries", "Too many tries. Wait a minute and try again.", "Tentativas demais. Espere um minuto e tente de novo."),
    ("user.busy", "Too many tries. Wait a moment and try again.", "Tentativas demais. Espere um momento e tente de novo."),
    ("user.email_taken", "This e-mail address already has an account.", "Este e-mail já tem uma conta."),
    ("user.token_invalid", "The link is wrong, expired or was used.", "O link está errado, expirou ou já foi usado."),
    ("user.not_found", "There is no such person.", "Esta pessoa não existe."),
    ("user.username", "3 to 32 of: lower-case letters, digits, point, hyphen, underscore.", "De 3 a 32 destes: letras minúsculas sem acento, dígitos, ponto, hífen, sublinhado."),
    ("user.too_common", "This is one of the commonest passwords.", "Esta é uma das senhas mais comuns."),
    ("user.wrong_password", "This is not your password.", "Esta não é a sua senha."),
    ("user.not_a_page", "These pages are for sellers and operators.", "Estas páginas são para vendedores e operadores."),
    // Stores.
    ("store.illegal_move", "The store’s state does not allow this any more.", "A situação da loja não permite mais isto."),
    ("store.already_applied", "You have already applied to sell.", "Você já pediu para vender."),
    ("store.not_found", "There is no such store, or nothing of this kind in it.", "Esta loja não existe, ou isto não existe nela."),
    ("store.not_a_member", "You do not work in this store.", "Você não trabalha nesta loja."),
    ("store.unknown_store", "There is no such store.", "Esta loja não existe."),
    ("store.default_rule", "The last rule counts for all that no other names, so it stays.", "A última regra vale para tudo o que nenhuma outra cita, por isso ela fica."),
    ("store.time_zone", "Write an IANA time zone, such as America/Sao_Paulo.", "Escreva um fuso horário IANA, como America/Sao_Paulo."),
    ("store.percent", "From 0 to 100, with at most four decimals.", "De 0 a 100, com no máximo quatro casas decimais."),
    // The catalogue.
    ("catalog.not_found", "There is no such thing in the catalogue.", "Isto não existe no catálogo."),
    ("catalog.sku_taken", "This SKU is in use in your store.", "Este SKU já está em uso na sua loja."),
    ("catalog.store_closed", "The store is suspended or closed: nothing can be published. Save it as a draft.", "A loja está suspensa ou encerrada: nada pode ser publicado. Salve como rascunho."),
    ("catalog.bad_image", "This image cannot be used. Choose a JPEG, PNG or WebP of up to 8 MB.", "Esta imagem não pode ser usada. Escolha um JPEG, PNG ou WebP de até 8 MB."),
    ("catalog.image_truncated", "The image breaks off: the file did not arrive whole. Send it again.", "A imagem está cortada: o arquivo não chegou inteiro. Envie de novo."),
    ("catalog.image_too_large", "This image has too many pixels. It may have 8,000 on each side, and up to 24 million fit in any case (15 million of a progressive JPEG in CMYK); make it smaller.", "Esta imagem tem pixels demais. São até 8.000 de cada lado, e até 24 milhões cabem sempre (15 milhões em JPEG progressivo CMYK); reduza a imagem."),
    ("catalog.bad_import", "The file cannot be read as this kind of CSV.", "O arquivo não pode ser lido como este tipo de CSV."),
    ("catalog.out_of_stock", "There is not enough stock for this.", "Não há estoque suficiente para isto."),
    ("catalog.reservation_ended", "The reservation has ended.", "A reserva terminou."),
    ("catalog.stock_not_counted", "This stock is not counted. Choose another way of keeping it first.", "Este estoque não é contado. Escolha primeiro outra forma de controlá-lo."),
    ("catalog.option_names", "Every variant needs the same options.", "Todas as variações precisam das mesmas opções."),
    ("catalog.compare_at", "This must be above the price.", "Deve ser maior que o preço."),
    ("catalog.price_range", "The highest price is below the lowest.", "O preço máximo é menor que o mínimo."),
    ("catalog.last_variant", "A product has at least one variant. Archive the product instead.", "Um produto tem ao menos uma variação. Em vez disso, arquive o produto."),
    ("catalog.category_in_use", "Products or other categories are in this category.", "Há produtos ou outras categorias nesta categoria."),
    ("catalog.category_has_rules", "Commission rules are about this category. Remove or end them first.", "Há regras de comissão para esta categoria. Remova-as ou encerre-as primeiro."),
    ("catalog.cycle", "A category cannot lie below itself.", "Uma categoria não pode ficar abaixo de si mesma."),
    ("catalog.too_deep", "There are too many levels of categories.", "Há níveis de categorias demais."),
    ("catalog.above_available", "At most {min}; no more is on hand and not reserved for orders.", "No máximo {min}; não há mais em mãos sem reserva para pedidos."),
    ("catalog.below_reserved", "At least {min}; orders have reserved as many.", "No mínimo {min}; pedidos já reservaram esse tanto."),
    ("catalog.oversold", "More is sold or reserved than is on hand. Set the quantity first.", "Foi vendido ou reservado mais do que há em mãos. Ajuste primeiro a quantidade."),
    ("catalog.without_price", "Give each variant a price first.", "Dê primeiro um preço a cada variação."),
    // What an import notes of its file.
    ("catalog.no_rows", "There is no row.", "Não há nenhuma linha."),
    ("catalog.no_handle", "The row has no handle, so it belongs to no product.", "A linha não tem identificador, por isso não pertence a nenhum produto."),
    ("catalog.no_title", "The product is new and needs a title in its first row.", "O produto é novo e precisa de um título na primeira linha."),
    ("catalog.no_price", "The variant is new and needs a price.", "A variação é nova e precisa de um preço."),
    ("catalog.no_option_value", "The variant has no value for one of the options.", "A variação não tem valor para uma das opções."),
    ("catalog.unknown_variant", "The product has no such variant, or it is not clear which one is meant.", "O produto não tem esta variação, ou não está claro qual é."),
    ("catalog.bad_price", "This is not a price.", "Isto não é um preço."),
    ("catalog.bad_weight", "This is not a number of grams.", "Isto não é um número de gramas."),
    ("catalog.bad_quantity", "This is not a quantity.", "Isto não é uma quantidade."),
    ("catalog.bad_status", "The status is none of active, draft and archived.", "O status não é active, draft nem archived."),
    ("catalog.bad_inventory_policy", "This is neither deny nor continue.", "Isto não é deny nem continue."),
    ("catalog.image_not_fetched", "Images are not fetched from other sites. Upload the file instead.", "Imagens não são buscadas em outros sites. Envie o arquivo."),
    ("catalog.texts_only", "The first row has no option value: only the product’s texts were taken from it.", "A primeira linha não tem valor de opção: só os textos do produto foram usados."),
    ("catalog.text_cut", "The text is too long and was cut.", "O texto é longo demais e foi cortado."),
    ("catalog.tags_cut", "Only the first tags were taken.", "Só as primeiras etiquetas foram usadas."),
    ("catalog.unknown_category", "No category has this name; none was set.", "Nenhuma categoria tem este nome; nenhuma foi definida."),
    ("catalog.compare_at_left_out", "The compare-at price is not above the price and was left out.", "O preço de comparação não é maior que o preço e foi deixado de fora."),
    ("catalog.negative_quantity", "A quantity below zero was taken as 0.", "Uma quantidade abaixo de zero foi considerada 0."),
    ("catalog.price_of_zero", "Nothing is sold for a price of 0: the product is not published.", "Nada é vendido por preço 0: o produto não foi publicado."),
    ("catalog.duplicate_sku", "Another variant has this SKU; this one got another.", "Outra variação tem este SKU; esta recebeu outro."),
    ("catalog.stays_archived", "The product was archived by hand and stays so.", "O produto foi arquivado manualmente e continua assim."),
    ("catalog.published", "The file gives no status: new products are published.", "O arquivo não informa o status: produtos novos são publicados."),
    ("catalog.not_counted", "The file does not count these variants: they can always be bought.", "O arquivo não conta estas variações: elas podem ser compradas sempre."),
    ("catalog.no_quantity", "The file gives no quantity: there are none of these variants until you set one.", "O arquivo não informa a quantidade: não há unidades destas variações até você definir uma."),
    ("catalog.continued", "An earlier try had taken some of the products; they are left as they are now.", "Uma tentativa anterior já tinha importado alguns produtos; eles ficam como estão."),
    // Carts.
    ("cart.not_found", "There is no such cart or line.", "Este carrinho ou item não existe."),
    ("cart.out_of_stock", "There is not enough stock for this.", "Não há estoque suficiente para isto."),
    ("cart.other_currency", "A cart has one currency.", "Um carrinho tem uma só moeda."),
    ("cart.full", "The cart is full.", "O carrinho está cheio."),
    ("cart.store_closed", "Nothing of this store can be bought now.", "Agora não é possível comprar nada desta loja."),
    ("cart.held", "An order made of this cart waits for its payment.", "Um pedido feito deste carrinho espera o pagamento."),
    ("cart.closed", "This cart has ended. Take a new one.", "Este carrinho terminou. Comece outro."),
    ("cart.total_changed", "The total has changed. Look at the cart again.", "O total mudou. Confira o carrinho de novo."),
    ("cart.problems", "The cart cannot be bought as it stands.", "O carrinho não pode ser comprado como está."),
    ("cart.unknown_variant", "There is no such variant.", "Esta variação não existe."),
    ("cart.store_not_in_cart", "Nothing of this store is in the cart.", "Não há nada desta loja no carrinho."),
    ("cart.shipping_method", "The store does not offer this there.", "A loja não oferece isto neste lugar."),
    ("cart.total_too_large", "The total is larger than can be kept.", "O total é maior do que pode ser guardado."),
    // Orders.
    ("order.not_found", "There is no such order.", "Este pedido não existe."),
    ("order.illegal_move", "The order’s state does not allow this any more.", "A situação do pedido não permite mais isto."),
    ("order.conflict", "Somebody else changed the order meanwhile.", "Outra pessoa alterou o pedido enquanto isso."),
    ("order.cart_has_order", "This cart already has an order.", "Este carrinho já tem um pedido."),
    ("order.refund_not_possible", "The payment cannot be given back any more, so the order cannot be cancelled.", "O pagamento não pode mais ser devolvido, por isso o pedido não pode ser cancelado."),
    // Payments.
    ("request.method_not_allowed", "This cannot be done at this address.", "Isto não pode ser feito neste endereço."),
    ("payment.not_found", "There is no such payment.", "Este pagamento não existe."),
    ("payment.key_reused", "The key was used for another payment.", "A chave já foi usada em outro pagamento."),
    ("payment.payout_illegal_move", "The payout’s state does not allow this any more.", "A situação do repasse não permite mais isto."),
    ("payment.refund_illegal_move", "The refund’s state does not allow this any more.", "A situação do reembolso não permite mais isto."),
    ("payment.not_by_hand", "The provider of this payment says itself what became of it.", "O provedor deste pagamento informa por conta própria o que aconteceu com ele."),
    ("payment.paid_too_late", "The time to pay is over, and nothing is sold for this payment. If the money came, send it back by hand.", "O prazo para pagar terminou, e nada é vendido por este pagamento. Se o dinheiro chegou, devolva-o manualmente."),
    ("payment.refund_too_large", "More than was captured cannot be refunded.", "Não é possível devolver mais do que foi recebido."),
    ("payment.refund_whole_only", "The provider gives this payment back only as a whole.", "O provedor só devolve este pagamento por inteiro."),
    ("payment.refund_too_late", "The provider no longer gives this payment back.", "O provedor não devolve mais este pagamento."),
    ("payment.not_offered", "This cannot be paid here in this way. Choose another one.", "Isto não pode ser pago assim. Escolha outra forma."),
    ("payment.amount_not_accepted", "This way to pay does not take this amount. Choose another one.", "Esta forma de pagamento não aceita este valor. Escolha outra."),
    ("payment.bad_signature", "The signature is missing, wrong or too old.", "A assinatura falta, está errada ou é antiga demais."),
    ("payment.provider_unavailable", "The payment provider does not answer. Nothing was charged.", "O provedor de pagamento não responde. Nada foi cobrado."),
    ("payment.card_token", "The card is given by a token of the provider, never by its number.", "O cartão é informado por um token do provedor, nunca pelo número."),
    ("payment.split_sum", "A part is not the sum of its commission and its earning.", "Uma parte não é a soma da comissão e do ganho."),
    ("payment.splits_sum", "The parts do not sum to the amount.", "As partes não somam o valor."),
    ("payment.unreadable", "The notification cannot be read.", "A notificação não pode ser lida."),
    // Messages and events.
    ("notification.not_found", "There is no such message.", "Esta mensagem não existe."),
    ("notification.already_sent", "The message was sent already.", "A mensagem já foi enviada."),
    ("events.no_module", "There is no such module.", "Este módulo não existe."),
    ("events.not_dead", "No such delivery waits for an operator.", "Nenhuma entrega assim espera um operador."),
];

#[cfg(test)]
#[path = "error_texts_tests.rs"]
mod tests;
