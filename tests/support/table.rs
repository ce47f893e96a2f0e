//! Result tables, read back by column name.

/// A CSV table as text.
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn read(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().expect("a header");
        Self {
            header: header.iter().map(str::to_owned).collect(),
            rows: reader
                .records()
                .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
                .collect(),
        }
    }

    #[track_caller]
    fn column_index(&self, name: &str) -> usize {
        let found = self.header.iter().position(|h| h == name);
        found.unwrap_or_else(|| panic!("no column {name} in {:?}", self.header))
    }

    /// The cells of a column.
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<&str> {
        let at = self.column_index(name);
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// The cell of the only row whose columns have these values.
    #[track_caller]
    pub fn cell(&self, keys: &[(&str, &str)], column: &str) -> &str {
        let keys: Vec<(usize, &str)> = keys
            .iter()
            .map(|(name, value)| (self.column_index(name), *value))
            .collect();
        let fits = |row: &&Vec<String>| keys.iter().all(|(at, value)| row[*at] == *value);
        let found: Vec<_> = self.rows.iter().filter(fits).collect();
        assert_eq!(found.len(), 1, "rows with {keys:?}");
        &found[0][self.column_index(column)]
    }

    /// That cell as a number.
    #[track_caller]
    pub fn number(&self, keys: &[(&str, &str)], column: &str) -> f64 {
        let cell = self.cell(keys, column);
        cell.parse()
            .unwrap_or_else(|_| panic!("{column} of {keys:?} is {cell:?}"))
    }
}
