//! The plan says of messages what straight code needs: what stands where, what must come first, what a name is.

#![allow(clippy::unwrap_used, clippy::panic)]

use ltpc::{
    backend::template::{Language, Package, Templates, render, view},
    load::Loader,
};

struct Text<'t>(&'t str);

impl Loader for Text<'_> {
    fn load(&self, _path: &str) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

/// What a template makes of a schema.
fn rendered(schema: &str, template: &str) -> String {
    let compilation = ltpc::compile("own.ltp", &Text(schema));
    let model = compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    let package = Package {
        name: "own".to_owned(),
        module: "own".to_owned(),
        version: "1.0.0".to_owned(),
        names: std::collections::BTreeMap::new(),
    };
    let language = Language::named("typescript").unwrap();
    let templates = Templates::from([("plan.txt.j2".to_owned(), template.to_owned())]);
    let mut files = render(&view(&model, language, package, "0"), &templates, language).unwrap();
    files.remove("plan.txt").unwrap()
}

const SCHEMA: &str = r#"
/// A protocol.
protocol own "1.0";
record Point { x: int; label?: string; }
payloads Kind { point: Point; points: list<Point>; }
envelope Frame tag "type" { seq: uint; payload: body; note?: string; }
message Late "late" in Frame { data: Kind[kind]; kind: Kind; last?: string @accepts("final"); }
message Early "early" in Frame { kind: Kind; data: Kind[kind]; }
envelope Flat tag "type" {}
message Beside "beside" in Flat { point: Point; }
"#;

#[test]
fn members_are_in_the_order_in_which_they_stand_and_what_depends_on_others_stops_it() {
    let template = r"
{%- for message in plan.messages %}
{{ message.name }} {{ message.body }} {{ message.object.straight }}:
{%- for field in message.object.members %} {{ field.word.literal }}{{ '!' if field.required }}{{ '?' if field.optional }}{% endfor %}

{% endfor %}
{% for type in plan.types if type.object %}
{{ type.name }} {{ type.object.straight }}:
{%- for field in type.object.members %} {{ field.local }}{% if field.payload %} by {{ field.payload.kind.local }}{% endif %}{% endfor %}
{% for other in type.object.accepted %} {{ other.literal }} is {{ other.at }}{% endfor %}

{% endfor %}";
    let expected = r#"LateMessage member 3: "seq"! "payload"! "note"?
EarlyMessage member 3: "seq"! "payload"! "note"?
BesideMessage beside 1: "point"!
Point 2: x label
Late 0: data by kind kind last "final" is 2
Early 2: kind data by kind
"#;
    assert_eq!(rendered(SCHEMA, template), expected);
}

#[test]
fn a_word_has_its_octets_four_at_a_time_the_last_over_the_last_four() {
    let template =
        "{% for word in plan.names if word.literal == '\"payload\"' %}{{ word.text }} {{ word.octets }} {{ word.words }}{% endfor %}";
    let four = |text: &[u8; 4]| i32::from_le_bytes(*text);
    let words = [four(b"\"pay"), four(b"load"), four(b"ad\":")];
    assert_eq!(rendered(SCHEMA, template), format!(r#""\"payload\":" 10 {words:?}"#));
}

#[test]
fn a_type_is_called_the_same_when_another_comes_before_it() {
    let template = "{% for type in plan.types %}{{ type.name }} {% endfor %}";
    let before = rendered(SCHEMA, template);
    let after = rendered(
        &SCHEMA.replace("record Point", "record Before { at?: datetime; }\nrecord Point"),
        template,
    );
    assert_eq!(before, after, "what no message has is no step");
    let used = SCHEMA.replace(
        "record Point {",
        "record Before { at?: datetime; }\nrecord Point { before?: Before;",
    );
    let after = rendered(&used, template);
    assert!(
        before.split(' ').all(|name| after.split(' ').any(|other| other == name)),
        "{before}: {after}"
    );
    assert!(after.contains("Before"), "{after}");
}
