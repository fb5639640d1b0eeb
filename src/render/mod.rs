//! Render: from the library and a theme to pages.
