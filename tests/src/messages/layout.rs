//! Messages with white space as programs write it: each member on a line of its own, or all on one with spaces between.

use super::{Generator, Node};

/// Where white space stands.
struct Layout {
    /// What ends a line; nothing, and all stands on one.
    end: &'static str,
    /// What a line is moved in by, once for each object and list around it.
    indent: &'static str,
    /// What stands behind a comma on one line.
    comma: &'static str,
    colon: &'static str,
}

const LAYOUTS: [Layout; 8] = [
    Layout::lines("\n", "  "),
    Layout::lines("\n", "    "),
    Layout::lines("\n", "\t"),
    Layout::lines("\n", ""),
    Layout::lines("\r\n", "  "),
    Layout::line(" ", " "),
    Layout::line("", " "),
    Layout::line(" ", ""),
];

impl Layout {
    const fn lines(end: &'static str, indent: &'static str) -> Self {
        Self {
            end,
            indent,
            comma: "",
            colon: " ",
        }
    }

    const fn line(comma: &'static str, colon: &'static str) -> Self {
        Self {
            end: "",
            indent: "",
            comma,
            colon,
        }
    }
}

impl Generator<'_> {
    /// The message, laid out; sometimes not in the same way everywhere.
    pub fn laid_out(&mut self, message: &Node) -> Vec<u8> {
        let layout = &LAYOUTS[self.below(LAYOUTS.len())];
        let slips = self.one_in(3);
        let mut out = Vec::new();
        self.lay_out(message, layout, slips, 0, &mut out);
        out
    }

    fn lay_out(&mut self, node: &Node, layout: &Layout, slips: bool, depth: usize, out: &mut Vec<u8>) {
        match node {
            Node::Raw(text) => out.extend_from_slice(text.as_bytes()),
            Node::String(_) => out.extend(node.to_json()),
            Node::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, layout, slips, depth + 1, out);
                    self.lay_out(item, layout, slips, depth + 1, out);
                }
                self.close(items.len(), layout, slips, depth, out);
                out.push(b']');
            }
            Node::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    self.separate(index, layout, slips, depth + 1, out);
                    out.extend(Node::String(name.clone()).to_json());
                    out.push(b':');
                    self.put(layout.colon, slips, out);
                    self.lay_out(value, layout, slips, depth + 1, out);
                }
                self.close(members.len(), layout, slips, depth, out);
                out.push(b'}');
            }
        }
    }

    fn separate(&mut self, index: usize, layout: &Layout, slips: bool, depth: usize, out: &mut Vec<u8>) {
        if index > 0 {
            out.push(b',');
            self.put(layout.comma, slips, out);
        }
        self.begin_line(layout, slips, depth, out);
    }

    fn close(&mut self, count: usize, layout: &Layout, slips: bool, depth: usize, out: &mut Vec<u8>) {
        // An empty object or list has no lines.
        if count > 0 || self.one_in(8) {
            self.begin_line(layout, slips, depth, out);
        }
    }

    fn begin_line(&mut self, layout: &Layout, slips: bool, depth: usize, out: &mut Vec<u8>) {
        if !layout.end.is_empty() {
            self.put(layout.end, slips, out);
            self.put(&layout.indent.repeat(depth), slips, out);
        }
    }

    /// White space, or another one.
    fn put(&mut self, space: &str, slips: bool, out: &mut Vec<u8>) {
        if !(slips && self.one_in(30)) {
            out.extend_from_slice(space.as_bytes());
        } else if self.one_in(2) {
            out.extend_from_slice(space.as_bytes());
            out.push(*self.pick(b" \n\r\t").unwrap_or(&b' '));
        }
    }
}
