use feira_kernel::db::{self, Purpose, Role, Roles};
use postgres_protocol::password::scram_sha_256;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, Value};

use crate::{SCHEMAS, Schema, sql::sqlstate};

/// How often a role is looked at again when another database of the same server is making it, too.
const TRIES: u32 = 10;

/// Gives each module's group rights on its own schema and no other, and makes the role that signs
/// in, unless it is there. It catches mistakes; it is no security fence, because the owner may do
/// all.
pub(crate) async fn grant(
    owner: &DatabaseConnection,
    roles: &Roles,
    schema: &Schema,
) -> Result<(), DbErr> {
    let name = schema.name;
    for role in roles.logins(name) {
        let group = roles.group_of(name, role.purpose);
        let mut statements = format!(include_str!("roles/grant.sql"), group = group, name = name);
        if role.purpose == Purpose::Commands {
            statements.push_str(&writes(schema, &group));
        }
        owner.execute_unprepared(&statements).await?;
        sign_in(owner, &group, name, &role).await?;
    }
    Ok(())
}

fn writes(schema: &Schema, group: &str) -> String {
    let name = schema.name;
    let mut statements = format!(
        include_str!("roles/grant_writes.sql"),
        group = group,
        name = name
    );
    for table in schema.append_only() {
        statements.push_str(&format!(
            " REVOKE UPDATE, DELETE ON \"{name}\".\"{table}\" FROM \"{group}\";"
        ));
    }
    statements
}

/// Roles are the server's, not the database's: a lock of this database does not keep another one
/// from making them at the same moment, and PostgreSQL refuses the second.
async fn sign_in(
    owner: &DatabaseConnection,
    group: &str,
    schema: &str,
    role: &Role,
) -> Result<(), DbErr> {
    let mut tries = 0;
    loop {
        match sign_in_once(owner, group, schema, role).await {
            Err(error) if tries < TRIES && lost_race(&error) => tries += 1,
            done => return done,
        }
    }
}

/// Whether somebody else has made the role meanwhile, or is about to: unique_violation,
/// duplicate_object, or a row that changed under the statement, which has no code of its own.
fn lost_race(error: &DbErr) -> bool {
    sqlstate(error).is_some_and(|code| ["23505", "42710", "XX000"].contains(&&*code))
}

async fn sign_in_once(
    owner: &DatabaseConnection,
    group: &str,
    schema: &str,
    role: &Role,
) -> Result<(), DbErr> {
    let settings = db::settings(schema, role.purpose);
    let wanted: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let wanted = wanted.join(" ");
    let name = &role.name;
    let find = Statement::from_sql_and_values(
        DbBackend::Postgres,
        include_str!("roles/find.sql"),
        [name, group, &wanted].map(Value::from),
    );
    let found: Option<bool> = match owner.query_one_raw(find).await? {
        Some(row) => Some(row.try_get_by_index(0)?),
        None => None,
    };
    if found == Some(true) {
        return Ok(());
    }
    // The server is told how the password is checked, not what it is: statements are logged.
    let may = format!(
        "LOGIN PASSWORD '{}'",
        scram_sha_256(role.password.0.as_bytes())
    );
    let mut statements = match found {
        None => format!("CREATE ROLE \"{name}\" {may} IN ROLE \"{group}\"; "),
        Some(_) => format!(
            "ALTER ROLE \"{name}\" {may}; ALTER ROLE \"{name}\" RESET ALL; GRANT \"{group}\" TO \"{name}\"; "
        ),
    };
    for (setting, value) in settings {
        // A list of schemas is several strings.
        let value = format!("'{}'", value.replace(',', "', '"));
        statements.push_str(&format!("ALTER ROLE \"{name}\" SET {setting} TO {value}; "));
    }
    statements.push_str(&format!("COMMENT ON ROLE \"{name}\" IS '{wanted}'"));
    owner.execute_unprepared(&statements).await.map(|_| ())
}

/// Removes the roles of an earlier key that nobody is signed in with. Those of a module go together:
/// a process need not have searched for a while to need the role for it.
pub(crate) async fn drop_unused(owner: &DatabaseConnection, roles: &Roles) -> Result<(), DbErr> {
    for schema in SCHEMAS {
        let [commands, searches] = roles.logins(schema.name).map(|role| role.name);
        let sql = include_str!("roles/in_use.sql");
        let values = [&commands, &searches].map(Value::from);
        let in_use = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        if owner.query_one_raw(in_use).await?.is_some() {
            continue;
        }
        for name in [commands, searches] {
            let drop = format!("DROP ROLE IF EXISTS \"{name}\"");
            owner.execute_unprepared(&drop).await?;
            tracing::debug!(role = name, "no role of an earlier key has this name now");
        }
    }
    Ok(())
}
