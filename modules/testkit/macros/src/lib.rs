//! The attribute of tests that have a database; used as `feira_testkit::test`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Error, Expr, FnArg, Ident, ItemFn, PatType, Result, parse_macro_input};

/// A test with a database of its own: of one module if its schema is given, else of the whole
/// system. Afterwards the invariants of `feira check` must hold. Each argument is made from the
/// database by its `FromTestDb`, in their order.
///
/// ```ignore
/// #[feira_testkit::test("orders")]
/// async fn nobody_buys_twice(db: TestDb, world: World) {}
/// ```
#[proc_macro_attribute]
pub fn test(
    schema: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    let schema = if schema.is_empty() {
        None
    } else {
        Some(parse_macro_input!(schema as Expr))
    };
    let function = parse_macro_input!(item as ItemFn);
    expand(schema.as_ref(), &function)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(schema: Option<&Expr>, function: &ItemFn) -> Result<TokenStream> {
    let (attributes, signature) = (&function.attrs, &function.sig);
    let (name, statements) = (&signature.ident, &function.block.stmts);
    if signature.asyncness.is_none() {
        let message = "a test with a database is an `async fn`";
        return Err(Error::new_spanned(signature.fn_token, message));
    }
    // Not visible to the test, which may have another `db`.
    let db = Ident::new("db", Span::mixed_site());
    let mut arguments = TokenStream::new();
    for input in &signature.inputs {
        let FnArg::Typed(PatType { pat, ty, .. }) = input else {
            return Err(Error::new_spanned(input, "a test is not a method"));
        };
        arguments.extend(quote! {
            let #pat = <#ty as ::feira_testkit::FromTestDb>::start(&#db).await;
        });
    }
    let test = quote! {
        |#db| async move {
            #arguments
            #(#statements)*
        }
    };
    let run = match schema {
        Some(schema) => quote!(run_module(#schema, #test)),
        None => quote!(run_system(#test)),
    };
    let mut made = quote! {
        #(#attributes)*
        #[::core::prelude::v1::test]
        fn #name()
    };
    // Within the braces of the source, so that lints see how long the test is.
    let braces = function.block.brace_token;
    braces.surround(&mut made, |inside| {
        inside.extend(quote!(::feira_testkit::#run;));
    });
    Ok(made)
}
