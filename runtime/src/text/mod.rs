//! Framed text: messages with a start line, headers and a body, as [`crate::schema::Framing`] declares them.
//!
//! [`Splitter`] cuts a stream of octets into frames, [`decode`] reads a frame by the tables and is the reference for what conforms,
//! [`explain`] says everything that is wrong with one, [`encode()`] writes one, [`partial()`] reads what there is of a text that is cut
//! off. Generated code reads frames with a [`Straight`] or a [`Reader`], which borrows from them and says only yes or no, and writes them with [`line()`],
//! [`spaced`], [`items`], [`uuid()`] and [`Kept`].
//!
//! # Reading
//! *The form.* A text is read in the order of its octets, by one scan that the splitter and the decoder share. The first thing that
//! breaks the form is the only violation of its text, at the pointer `""`: nothing there (`empty`), a line of the head that is too
//! long (`line_size`) or holds a control or anything but ASCII (`charset`), a start line of another form (`start`), a line that is no
//! header (`header`), too many of them (`headers`), a marker that does not come (`marker`), a length that disagrees with the end
//! marker (`length_mismatch`), a body that is shorter than declared (`truncated`), text behind the end (`trailing`), octets that are
//! no UTF-8 (`utf8`) or characters that a body may not hold (`charset`), too many octets (`size`; the end of the last line counts).
//!
//! *Where a body ends.* See [`crate::schema::BodyEnd`]. Where both a length and a marker are declared, the length decides if the
//! marker stands, as a whole line, behind so many octets and a line end (behind no octets: also at once). Otherwise a strict reader
//! refuses; an advisory one takes the first line that is the marker, and reports both lengths. Where no length is declared and a body
//! stands there, a strict reader refuses too (`required`): it hands on nothing whose end a body's own lines could be. The length's header is read before
//! anything depends on it: twice it is refused (`duplicate`), as anything but digits it is (`number`).
//!
//! Only lines above the line that ends the head are read as headers. What a body holds is looked at for its end alone.
//!
//! *What the form holds.* Each value is its text (see [`crate::schema::Framing`]), judged as the JSON value would be that stands for
//! it; violations have the header's name as pointer, `Name/2` for an item of a list, and a position. A header stands once, whether
//! the message declares it or not.
//!
//! # Writing
//! Start line, declared headers in their order, the length if the message has a body, kept headers, and so on to the end marker and
//! its line end. A line end in a header's value is written as a space, so that no value makes a header: [`check`] finds what did not
//! survive the writing.

mod encode;
mod form;
mod head;
mod headers;
mod members;
mod octets;
mod partial;
mod reader;
mod scan;
mod split;
mod straight;
pub mod value;
mod walk;
mod words;
mod write;

#[cfg(test)]
pub(crate) use tests::schema as fixtures;
#[cfg(test)]
mod tests;

pub use encode::{check, encode, header};
pub use form::Form;
pub use head::{Header, Parts, start};
pub use headers::Headers;
pub use members::{check_members, write_members};
pub use partial::{Partial, State, partial};
pub use reader::{Reader, Start, list, same, until};
pub use scan::LengthMismatch;
pub use split::{Broken, Frame, Splitter};
pub use straight::Straight;
pub use walk::{Framed, decode, explain, refusal};
pub use write::{Kept, Line, Spaced, items, line, spaced, uuid};
