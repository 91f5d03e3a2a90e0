//! Pages in HTML, as careless as many are, and a feed in XML with namespaces.

use axum::{http::StatusCode, response::Response};

use crate::demo::answer::typed;

/// Tags that are not closed, attributes without quotes, entities.
const ABOUT: &str = "<!DOCTYPE html>
<title>The shop &amp; its hours</title>
<h1 class=title>The shop</h1>
<p>Everything for the desk&nbsp;&mdash; and a mug.
<ul id=links>
  <li><a href=/items>Items</a>
  <li><a href=\"/orders\">Orders</a>
</ul>
<table class='hours wide'>
  <tr><th>Day<th>Hours
  <tr><td>Monday<td>9&ndash;17
  <tr><td>Tuesday<td>10&ndash;18
</table>
<form action=/login method=post>
  <input type=hidden name=csrf value=c5f1a7>
  <input name=user required>
</form>
<script>if (1 < 2) { document.title = '</p>' }</script>
";

const FEED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="en">
  <title>News of the shop</title>
  <entry>
    <id>urn:shop:1</id>
    <title>Lamps are back</title>
    <dc:creator>Ada</dc:creator>
    <link rel="alternate" href="/items/1"/>
  </entry>
  <entry>
    <id>urn:shop:2</id>
    <title><![CDATA[Mugs < 10]]></title>
    <dc:creator>Bruno</dc:creator>
  </entry>
</feed>
"#;

/// `GET /about`
pub(super) async fn about() -> Response {
    typed(StatusCode::OK, "text/html; charset=utf-8", ABOUT)
}

/// `GET /feed.xml`
pub(super) async fn feed() -> Response {
    typed(StatusCode::OK, "application/atom+xml", FEED)
}
