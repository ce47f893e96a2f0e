//! A made-up market with one shock whose causes are known.
