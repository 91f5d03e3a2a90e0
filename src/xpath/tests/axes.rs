//! Paths: every axis, node test, abbreviation and kind of predicate (XPath 1.0, section 2).

use super::{finds, xml};

const DOC: &str = r#"<doc><!--top--><?go now?>
<chapter id="c1"><title>One</title><para type="warning">1a</para><para>1b</para><para type="warning">1c</para></chapter>
<chapter id="c2"><title>Two</title><para>2a<b>bold</b>2b</para></chapter>
<appendix id="x"><title>App</title><chapter id="c3"><title>Inner</title></chapter></appendix></doc>"#;

#[test]
fn every_axis_is_walked() {
    finds(
        &xml(DOC),
        &[
            ("/doc/child::chapter/@id", "[c1|c2]"),
            ("//chapter/@id", "[c1|c2|c3]"),
            ("/descendant::chapter/attribute::id", "[c1|c2|c3]"),
            ("/doc/descendant-or-self::node()/self::title", "[One|Two|App|Inner]"),
            ("//b/parent::para/preceding-sibling::title", "[Two]"),
            ("//b/ancestor::*[@id]/@id", "[c2]"),
            ("count(//b/ancestor::node())", "4"),
            ("count(//b/ancestor-or-self::node())", "5"),
            ("//chapter[@id='c1']/following-sibling::*/@id", "[c2|x]"),
            ("//appendix/preceding-sibling::chapter/@id", "[c1|c2]"),
            ("//appendix/preceding-sibling::chapter[1]/@id", "[c2]"),
            ("//chapter[@id='c2']/following::title", "[App|Inner]"),
            ("//chapter[@id='c2']/preceding::title", "[One]"),
            ("//chapter[@id='c3']/preceding::chapter/@id", "[c1|c2]"),
            ("//b/preceding::para[1]", "[1c]"),
            ("//b/ancestor::*[1]/@id", "[]"),
            ("//b/ancestor::*[2]/@id", "[c2]"),
            ("//@type/following::para", "[1b|1c|2abold2b]"),
            ("//@type/following-sibling::*", "[]"),
            ("//@type/..", "[1a|1c]"),
            ("/..", "[]"),
            ("/self::node()/doc/self::doc/@id", "[]"),
        ],
    );
}

#[test]
fn every_node_test_and_abbreviation_is_known() {
    finds(
        &xml(DOC),
        &[
            ("/doc/comment()", "[top]"),
            ("/doc/processing-instruction()", "[now]"),
            ("/doc/processing-instruction('go')", "[now]"),
            ("/doc/processing-instruction('stop')", "[]"),
            ("//para/text()", "[1a|1b|1c|2a|2b]"),
            ("//chapter[2]/para/node()", "[2a|bold|2b]"),
            ("/*/*/@*", "[c1|c2|x]"),
            ("//para/@*", "[warning|warning]"),
            (".//title", "[One|Two|App|Inner]"),
            ("//title/../@id", "[c1|c2|x|c3]"),
            ("/doc//chapter//title", "[One|Two|Inner]"),
            ("//title | //b", "[One|Two|bold|App|Inner]"),
            ("//b|//b", "[bold]"),
            ("id('c2 x')/title", "[Two|App]"),
            ("(//title)[2]", "[Two]"),
            ("(//title)[position()>2]", "[App|Inner]"),
            ("/", "[\n\n\nOne1a1b1c\nTwo2abold2b\nAppInner]".replacen("\n\n", "", 1).as_str()),
        ],
    );
}

#[test]
fn predicates_count_and_test() {
    finds(
        &xml(DOC),
        &[
            ("//para[1]", "[1a|2abold2b]"),
            ("//chapter[1]/para[last()]", "[1c]"),
            ("//chapter[1]/para[last()-1]", "[1b]"),
            ("//chapter[1]/para[@type='warning'][2]", "[1c]"),
            ("//chapter[1]/para[3][@type='warning']", "[1c]"),
            ("//chapter[1]/para[2][@type='warning']", "[]"),
            ("//para[@type]", "[1a|1c]"),
            ("//para[not(@type)]", "[1b|2abold2b]"),
            ("//chapter[title='Two']/@id", "[c2]"),
            ("//chapter[para[@type='warning'] and title]/@id", "[c1]"),
            ("//*[self::b or self::title][1]", "[One|bold|Two|App|Inner]".replace("bold|Two", "Two|bold").as_str()),
            ("//para[position() mod 2 = 1]", "[1a|1c|2abold2b]"),
            ("//chapter[count(para) > 2]/@id", "[c1]"),
            ("//para[string-length(.) = 2][contains(., 'b')]", "[1b]"),
            ("//chapter[@id = //appendix/chapter/@id]/title", "[Inner]"),
        ],
    );
}
