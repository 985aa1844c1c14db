//! The one sequence of migrations, for both engines.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

/// Number, name and statements; forward only, never changed once released.
const SEQUENCE: &[(i64, &str, &str)] = &[
    (1, "base", include_str!("../../../migrations/0001_base.sql")),
    (2, "org", include_str!("../../../migrations/0002_org.sql")),
    (
        3,
        "touchpoints",
        include_str!("../../../migrations/0003_touchpoints.sql"),
    ),
    (
        4,
        "people",
        include_str!("../../../migrations/0004_people.sql"),
    ),
    (
        5,
        "surveys",
        include_str!("../../../migrations/0005_surveys.sql"),
    ),
    (
        6,
        "records",
        include_str!("../../../migrations/0006_records.sql"),
    ),
    (
        7,
        "connectors",
        include_str!("../../../migrations/0007_connectors.sql"),
    ),
    (
        8,
        "voices",
        include_str!("../../../migrations/0008_voices.sql"),
    ),
    (
        9,
        "metrics",
        include_str!("../../../migrations/0009_metrics.sql"),
    ),
    (
        12,
        "imports",
        include_str!("../../../migrations/0012_imports.sql"),
    ),
    (
        16,
        "privacy",
        include_str!("../../../migrations/0016_privacy.sql"),
    ),
    (
        17,
        "intake",
        include_str!("../../../migrations/0017_intake.sql"),
    ),
    (
        19,
        "retention",
        include_str!("../../../migrations/0019_retention.sql"),
    ),
    (
        21,
        "reading",
        include_str!("../../../migrations/0021_reading.sql"),
    ),
    (
        22,
        "attribute_names",
        include_str!("../../../migrations/0022_attribute_names.sql"),
    ),
    (
        24,
        "drivers",
        include_str!("../../../migrations/0024_drivers.sql"),
    ),
    (
        25,
        "texts",
        include_str!("../../../migrations/0025_texts.sql"),
    ),
    (
        26,
        "loyalty",
        include_str!("../../../migrations/0026_loyalty.sql"),
    ),
];

/// The sequence as the library wants it.
pub fn migrator() -> Migrator {
    let migrations = SEQUENCE
        .iter()
        .map(|(version, name, sql)| {
            Migration::new(
                *version,
                Cow::Borrowed(*name),
                MigrationType::Simple,
                AssertSqlSafe(*sql).into_sql_str(),
                false,
            )
        })
        .collect();
    Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    }
}
