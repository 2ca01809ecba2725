//! How the JSON of an event is read: leniently, but for its content.
//!
//! In one go if all of it can be read. Else each part by itself, so that one that cannot be read counts as
//! absent and leaves the others alone.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{ReviewRequest, Sender, Text};
use crate::attributes::Attributes;

/// The parts that an event is made of.
#[derive(serde::Deserialize)]
#[serde(field_identifier)]
pub(super) enum Part {
    Content,
    MessageId,
    RoomArn,
    Attributes,
    Sender,
    UserId,
    #[serde(other)]
    Unknown,
}

/// What is made of an object, and of nothing else: a derived implementation would take a list for one.
pub(super) trait FromObject<'de>: Sized {
    fn from_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Reads an object.
pub(super) fn object<'de, T: FromObject<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: FromObject<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_object(map)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ReviewRequest<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for ReviewRequest<'a> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut content = None;
        let (mut message_id, mut room_arn) = (Text::default(), Text::default());
        let (mut attributes, mut sender) = (Attributes::default(), Sender::default());
        while let Some(part) = map.next_key()? {
            match part {
                Part::Content => {
                    if content.replace(map.next_value::<Text<'de>>()?).is_some() {
                        return Err(A::Error::duplicate_field("Content"));
                    }
                }
                Part::MessageId => message_id = map.next_value()?,
                Part::RoomArn => room_arn = map.next_value()?,
                Part::Attributes => attributes = lenient::<Texts<'_>>(map.next_value()?).0,
                Part::Sender => sender = lenient(map.next_value()?),
                Part::UserId | Part::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let content = content.and_then(|Text(content)| content);
        let content = content.ok_or_else(|| A::Error::missing_field("Content"))?;
        Ok(ReviewRequest { content, message_id, room_arn, attributes, sender })
    }
}

/// A string by itself; nothing if something else stands there.
fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = serde_json::from_slice(value.get().as_bytes());
    text.ok().map(|Lossy(text)| text)
}

/// An object by itself, so that one that cannot be read counts as absent and leaves the others alone.
fn lenient<'de, T: Deserialize<'de> + Default>(value: &'de RawValue) -> T {
    serde_json::from_slice(value.get().as_bytes()).unwrap_or_default()
}

impl<'de: 'a, 'a> Deserialize<'de> for Sender<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for Sender<'a> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut sender = Sender::default();
        while let Some(part) = map.next_key()? {
            let value = map.next_value()?;
            match part {
                Part::UserId => sender.user_id = Text(text(value)),
                Part::Attributes => sender.attributes = lenient::<Texts<'_>>(value).0,
                _ => {}
            }
        }
        Ok(sender)
    }
}

/// The texts of an object; its other values count as absent.
#[derive(Default)]
struct Texts<'a>(Attributes<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for Texts<'a> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut pairs = Vec::new();
        while let Some(Lossy(name)) = map.next_key()? {
            pairs.push((name, text(map.next_value()?)));
        }
        Ok(Texts(Attributes::last_of_each(pairs)))
    }
}

/// A string, with a sign for each half of a surrogate pair: a name or a text that cannot be read
/// whole must not hide from the rules.
struct Lossy<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Lossy<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LossyVisitor;

        impl<'de> Visitor<'de> for LossyVisitor {
            type Value = Lossy<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
                Ok(Lossy(String::from_utf8_lossy(bytes)))
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Lossy(Cow::Owned(String::from_utf8_lossy(bytes).into_owned())))
            }
        }

        deserializer.deserialize_bytes(LossyVisitor)
    }
}

/// An event all of which can be read.
pub(super) struct Sound<'a>(pub(super) ReviewRequest<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Sound<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer)
    }
}

impl<'de: 'a, 'a> FromObject<'de> for Sound<'a> {
    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut content = None;
        let mut request = ReviewRequest::new("");
        while let Some(part) = map.next_key()? {
            match part {
                Part::Content => {
                    if content.replace(map.next_value::<Text<'de>>()?).is_some() {
                        return Err(A::Error::duplicate_field("Content"));
                    }
                }
                Part::MessageId => request.message_id = map.next_value()?,
                Part::RoomArn => request.room_arn = map.next_value()?,
                Part::Attributes => request.attributes = map.next_value::<Loose<_>>()?.0,
                Part::Sender => request.sender = map.next_value::<Loose<_>>()?.0,
                Part::UserId | Part::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let content = content.and_then(|Text(content)| content);
        request.content = content.ok_or_else(|| A::Error::missing_field("Content"))?;
        Ok(Sound(request))
    }
}

/// What may be made of any value.
trait FromAny<'de>: Default {
    fn from_text(_: Cow<'de, str>) -> Self {
        Self::default()
    }

    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

impl<'de: 'a, 'a> FromAny<'de> for Text<'a> {
    fn from_text(text: Cow<'de, str>) -> Self {
        Text(Some(text))
    }
}

impl<'de: 'a, 'a> FromAny<'de> for Attributes<'a> {
    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Text(name), Text(text))) = map.next_entry()? {
            pairs.extend(name.map(|name| (name, text)));
        }
        Ok(Attributes::last_of_each(pairs))
    }
}

impl<'de: 'a, 'a> FromAny<'de> for Sender<'a> {
    fn from_map<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut sender = Sender::default();
        while let Some(part) = map.next_key()? {
            match part {
                Part::UserId => sender.user_id = map.next_value()?,
                Part::Attributes => sender.attributes = map.next_value::<Loose<_>>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(sender)
    }
}

/// A value of the type that is asked for; absent if another one stands there.
struct Loose<T>(T);

impl<'de, T: FromAny<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor(PhantomData)).map(Loose)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Loose::deserialize(deserializer).map(|Loose(text)| text)
    }
}

struct AnyVisitor<T>(PhantomData<T>);

impl<'de, T: FromAny<'de>> Visitor<'de> for AnyVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::from_text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_map(map)
    }
}
