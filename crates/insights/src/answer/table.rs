//! Tables.

use serde::Serialize;
#[cfg(feature = "typescript")]
use ts_rs::TS;

use super::Cell;

/// Things of one kind, a row each.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Table {
    /// Names it within its card: the key of translations and tests.
    pub key: &'static str,
    /// Title in English; absent for the only table of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub title: Option<&'static str>,
    /// What the cells of each row are, in order.
    pub columns: Vec<Column>,
    /// Cells in the order of `columns`; the rows in the order a reader expects.
    pub rows: Vec<Row>,
}

/// The cells of one row.
pub type Row = Vec<Cell>;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub struct Column {
    /// Name for code: the key of translations, sorting and tests.
    pub key: String,
    /// Title in English.
    pub title: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// What its numbers count; absent for plain numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub unit: Option<Unit>,
    /// Where cells are aligned; `start` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub align: Option<Align>,
    /// Whether it is drawn only when the reader asks for all columns.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub on_request: bool,
    /// Whether it is left out.
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub(crate) worth: Worth,
}

/// When a column is worth its place. A table says in at most nine columns or so what there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Worth {
    #[default]
    Always,
    OfSeveral,
    WhereKnown,
}

impl Table {
    /// Makes one row of those that differ in their last cell only, which names the environment: what several of them say
    /// is read once.
    pub(crate) fn join_environments(self) -> Self {
        let mut joined: Vec<Row> = Vec::new();
        for row in self.rows {
            let same = joined.iter_mut().find_map(|known| {
                let (environments, known) = known.split_last_mut()?;
                let (environment, said) = row.split_last()?;
                (known == said).then_some((environments, environment))
            });
            match same {
                Some((Cell::Text(environments), Cell::Text(environment))) => {
                    environments.push_str(", ");
                    environments.push_str(environment);
                }
                _ => joined.push(row),
            }
        }
        Self { rows: joined, ..self }
    }

    /// Leaves out the columns that say nothing here; `alone` where the page is about one component.
    pub(crate) fn leave_out_columns(&mut self, alone: bool) {
        let says: Vec<bool> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let mut cells = self.rows.iter().map(|row| row.get(index));
                match column.worth {
                    Worth::Always => true,
                    Worth::OfSeveral => {
                        let first = cells.next();
                        !alone || !cells.all(|cell| Some(cell) == first)
                    }
                    Worth::WhereKnown => !cells.all(|cell| matches!(cell, None | Some(Cell::Unknown))),
                }
            })
            .collect();
        retain(&mut self.columns, &says);
        for row in &mut self.rows {
            retain(row, &says);
        }
    }
}

fn retain<T>(all: &mut Vec<T>, says: &[bool]) {
    let mut says = says.iter();
    all.retain(|_| says.next().copied().unwrap_or(true));
}

impl Column {
    /// A column of that kind; numbers are aligned at the end.
    #[must_use]
    pub fn new(key: impl Into<String>, title: impl Into<String>, kind: ColumnKind) -> Self {
        let align = matches!(kind, ColumnKind::Count | ColumnKind::Number).then_some(Align::End);
        Self {
            key: key.into(),
            title: title.into(),
            kind,
            unit: None,
            align,
            on_request: false,
            worth: Worth::default(),
        }
    }

    /// The same, for those who look closely.
    #[must_use]
    pub fn on_request(self) -> Self {
        Self { on_request: true, ..self }
    }

    /// The same, which tells the components of a system, a domain or a group apart: on the page of a component it is
    /// left out where all rows say the same.
    #[must_use]
    pub fn of_several(self) -> Self {
        Self { worth: Worth::OfSeveral, ..self }
    }

    /// The same, which is left out where no row knows a value of it.
    #[must_use]
    pub fn where_known(self) -> Self {
        Self { worth: Worth::WhereKnown, ..self }
    }

    /// A column of numbers in a unit.
    #[must_use]
    pub fn number(key: impl Into<String>, title: impl Into<String>, unit: Unit) -> Self {
        Self { unit: Some(unit), ..Self::new(key, title, ColumnKind::Number) }
    }
}

/// What the cells of a column hold. A cell of any kind can be `null`: not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum ColumnKind {
    /// A string.
    Text,
    /// A [`LinkCell`](super::LinkCell).
    Link,
    /// Several of them.
    Links,
    /// An [`EntityCell`](super::EntityCell).
    Entity,
    /// A whole number of things that are better absent.
    Count,
    /// A number in the unit of the column.
    Number,
    /// A point in time, in ISO 8601.
    Timestamp,
    /// A [`ReadinessCell`](super::ReadinessCell).
    Readiness,
    /// A [`StatusCell`](super::StatusCell).
    Status,
    /// A [`SparklineCell`](super::SparklineCell).
    Sparkline,
    /// A [`RecordCell`](super::RecordCell).
    Record,
}

/// What numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Unit {
    /// Hundredths: 99.5 is 99.5 %.
    Percent,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Times a day.
    PerDay,
    /// Times a minute.
    PerMinute,
}

impl Unit {
    /// All units by their names in configurations and on the wire.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("percent", Self::Percent),
        ("bytes", Self::Bytes),
        ("milliseconds", Self::Milliseconds),
        ("per-day", Self::PerDay),
        ("per-minute", Self::PerMinute),
    ];
}

/// Alignment in reading direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "typescript", derive(TS))]
pub enum Align {
    /// At the start of the line.
    Start,
    /// At the end of the line.
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a column of these cells is left out of its table, cells and all.
    fn is_left_out(column: fn(Column) -> Column, alone: bool, cells: &[Cell]) -> bool {
        let columns = vec![
            column(Column::new("a", "A", ColumnKind::Text)),
            Column::new("b", "B", ColumnKind::Text).on_request(),
        ];
        let rows = cells.iter().map(|cell| vec![cell.clone(), text("b")]).collect();
        let mut table = Table { key: "table", title: None, columns, rows };
        table.leave_out_columns(alone);
        let keys: Vec<&str> = table.columns.iter().map(|column| column.key.as_str()).collect();
        assert!(table.rows.iter().all(|row| row.len() == keys.len() && row.last() == Some(&text("b"))));
        assert!(table.columns.last().is_some_and(|column| column.on_request));
        keys == ["b"]
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_column_stays_unless_it_says_otherwise() {
        for alone in [true, false] {
            assert!(!is_left_out(|column| column, alone, &[]));
            assert!(!is_left_out(|column| column, alone, &[Cell::Unknown]));
            assert!(!is_left_out(Column::on_request, alone, &[text("a"), text("a")]));
        }
    }

    #[test]
    fn what_tells_components_apart_is_left_out_where_one_is_alone_and_all_rows_say_the_same() {
        for same in [&[][..], &[text("a")], &[text("a"), text("a")], &[Cell::Unknown, Cell::Unknown]] {
            assert!(is_left_out(Column::of_several, true, same), "{same:?}");
            assert!(!is_left_out(Column::of_several, false, same), "{same:?}");
        }
        for differing in [[text("a"), text("b")], [text("a"), Cell::Unknown]] {
            assert!(!is_left_out(Column::of_several, true, &differing), "{differing:?}");
        }
    }

    #[test]
    fn what_is_rarely_known_is_left_out_where_no_row_knows_it() {
        for alone in [true, false] {
            assert!(is_left_out(Column::where_known, alone, &[]));
            assert!(is_left_out(Column::where_known, alone, &[Cell::Unknown, Cell::Unknown]));
            assert!(!is_left_out(Column::where_known, alone, &[Cell::Unknown, text("a")]));
        }
    }
}
