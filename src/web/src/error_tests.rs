use super::*;

#[test]
fn one_table_from_kind_to_status() {
    use ErrorKind as K;
    let table = [
        (K::Malformed, 400),
        (K::Unauthenticated, 401),
        (K::Forbidden, 403),
        (K::NotFound, 404),
        (K::Conflict, 409),
        (K::PreconditionFailed, 412),
        (K::Invalid, 422),
        (K::Throttled, 429),
        (K::Unavailable, 503),
        (K::Internal, 500),
    ];
    for (kind, expected) in table {
        assert_eq!(status(kind).as_u16(), expected, "{kind:?}");
    }
}

#[test]
fn a_foreign_cursor_is_told_as_a_wrong_limit_is() {
    use feira_kernel::PageError as E;
    let problems: [Problem; 4] = [
        feira_store::StoreError::from(E::Cursor).into(),
        feira_catalog::CatalogError::from(E::Cursor).into(),
        feira_order::OrderError::from(E::Cursor).into(),
        Problem::from(E::Cursor),
    ];
    for problem in problems {
        assert_eq!(problem.status, StatusCode::BAD_REQUEST);
        assert_eq!(problem.code, "request.invalid_cursor");
        assert!(problem.errors.is_empty());
    }
    let limit = Problem::from(E::Limit);
    assert_eq!(limit.status, StatusCode::BAD_REQUEST);
}

#[test]
fn an_internal_cause_is_not_shown() {
    let problem = Problem::from(feira_user::UserError::Internal("secret detail".to_owned()));
    assert!(!problem.detail.contains("secret"));
    assert_eq!(problem.code, "user.internal");
}
