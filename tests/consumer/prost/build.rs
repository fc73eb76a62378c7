//! What `protoc` would give of the same message is written down here, so that it need not be installed.

use prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::{Label, Type},
};

fn main() -> std::io::Result<()> {
    let field = |name: &str, number, label: Label, ty: Type| FieldDescriptorProto {
        name: Some(name.to_owned()),
        number: Some(number),
        label: Some(label as i32),
        r#type: Some(ty as i32),
        ..FieldDescriptorProto::default()
    };
    let message = DescriptorProto {
        name: Some("SleepLog".to_owned()),
        field: vec![
            field("hours", 1, Label::Optional, Type::Double),
            field("note", 2, Label::Optional, Type::String),
            field("tags", 3, Label::Repeated, Type::String),
        ],
        ..DescriptorProto::default()
    };
    let file = FileDescriptorProto {
        name: Some("sleep.proto".to_owned()),
        package: Some("sleep".to_owned()),
        message_type: vec![message],
        syntax: Some("proto3".to_owned()),
        ..FileDescriptorProto::default()
    };
    prost_build::Config::new().compile_fds(FileDescriptorSet { file: vec![file] })
}
