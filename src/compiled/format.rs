//! The format of the head: [`to_bytes`] and [`from_bytes`].
//!
//! Values follow each other without names and types, so code that reads them is small: the handler
//! would be 300 KB larger with JSON. Integers have eight bytes, except bytes and `bool`. Lengths and
//! the indices of variants are integers. Strings and sequences follow their length.

use std::fmt;

use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize, ser};

/// Returns the bytes of a value.
pub(super) fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, Invalid> {
    let mut writer = Writer { bytes: Vec::new() };
    value.serialize(&mut writer)?;
    Ok(writer.bytes)
}

/// Returns the value of bytes, all of which must be used.
pub(super) fn from_bytes<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Invalid> {
    let mut reader = Reader { bytes };
    let value = T::deserialize(&mut reader)?;
    if reader.bytes.is_empty() { Ok(value) } else { Err(Invalid) }
}

/// Bytes are not those of a value, or a value has no bytes.
#[derive(Debug)]
pub(super) struct Invalid;

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid")
    }
}

impl std::error::Error for Invalid {}

impl ser::Error for Invalid {
    fn custom<T: fmt::Display>(_: T) -> Invalid {
        Invalid
    }
}

impl de::Error for Invalid {
    fn custom<T: fmt::Display>(_: T) -> Invalid {
        Invalid
    }
}

struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn integer(&mut self, value: u64) -> Result<(), Invalid> {
        self.bytes.extend(value.to_le_bytes());
        Ok(())
    }
}

/// Implements methods for types that rules do not have.
macro_rules! unsupported {
    ($($method:ident($type:ty))*) => {
        $(fn $method(self, _: $type) -> Result<(), Invalid> {
            Err(Invalid)
        })*
    };
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Invalid;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    unsupported! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_f32(f32)
        serialize_f64(f64) serialize_char(char) serialize_bytes(&[u8])
    }

    fn serialize_bool(self, value: bool) -> Result<(), Invalid> {
        self.serialize_u8(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Invalid> {
        self.bytes.push(value);
        Ok(())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Invalid> {
        self.integer(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Invalid> {
        self.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Invalid> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Invalid> {
        self.bytes.extend(value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Invalid> {
        self.integer(value.len() as u64)?;
        self.bytes.extend(value.as_bytes());
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Invalid> {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Invalid> {
        self.bytes.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Invalid> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Invalid> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), Invalid> {
        self.integer(index.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Invalid> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Invalid> {
        self.integer(index.into())?;
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Invalid> {
        self.integer(length.ok_or(Invalid)? as u64)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Invalid> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Invalid> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Invalid> {
        self.integer(index.into())?;
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Invalid> {
        self.serialize_seq(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Invalid> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Invalid> {
        self.integer(index.into())?;
        Ok(self)
    }
}

/// Implements the parts of a compound value, which follow each other.
macro_rules! parts {
    ($($trait:ident $method:ident($($key:ty)?))*) => {
        $(impl ser::$trait for &mut Writer {
            type Ok = ();
            type Error = Invalid;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $(_: $key,)?
                value: &T,
            ) -> Result<(), Invalid> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Invalid> {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq serialize_element()
    SerializeTuple serialize_element()
    SerializeTupleStruct serialize_field()
    SerializeTupleVariant serialize_field()
    SerializeStruct serialize_field(&'static str)
    SerializeStructVariant serialize_field(&'static str)
}

impl ser::SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Invalid;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Invalid> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Invalid> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Invalid> {
        Ok(())
    }
}

struct Reader<'de> {
    bytes: &'de [u8],
}

impl<'de> Reader<'de> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Invalid> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(Invalid)?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn integer(&mut self) -> Result<u64, Invalid> {
        self.take().map(u64::from_le_bytes)
    }

    /// Returns a length, which is at most that of the rest: each element has a byte at least.
    fn length(&mut self) -> Result<usize, Invalid> {
        let length = usize::try_from(self.integer()?).map_err(|_| Invalid)?;
        if length > self.bytes.len() { Err(Invalid) } else { Ok(length) }
    }

    fn str(&mut self) -> Result<&'de str, Invalid> {
        let length = self.length()?;
        let (text, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        str::from_utf8(text).map_err(|_| Invalid)
    }
}

/// Implements methods that read one integer of a smaller type.
macro_rules! integers {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
            visitor.$visit(<$type>::try_from(self.integer()?).map_err(|_| Invalid)?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Invalid;

    integers! {
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Invalid> {
        Err(Invalid)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 f32 f64 char bytes byte_buf identifier ignored_any
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        match self.take()? {
            [0] => visitor.visit_bool(false),
            [1] => visitor.visit_bool(true),
            _ => Err(Invalid),
        }
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        let [byte] = self.take()?;
        visitor.visit_u8(byte)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_u128(u128::from_le_bytes(self.take()?))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_borrowed_str(self.str()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        match self.take()? {
            [0] => visitor.visit_none(),
            [1] => visitor.visit_some(self),
            _ => Err(Invalid),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        let left = self.length()?;
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Invalid> {
        let left = self.length()?;
        visitor.visit_map(Elements { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_seq(Elements { reader: self, left: fields.len() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_enum(self)
    }
}

/// The elements of a compound value.
struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl<'de> Elements<'_, 'de> {
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Invalid> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> de::SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Invalid;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Invalid> {
        self.next(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> de::MapAccess<'de> for Elements<'_, 'de> {
    type Error = Invalid;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Invalid> {
        self.next(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Invalid> {
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> de::EnumAccess<'de> for &mut Reader<'de> {
    type Error = Invalid;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Invalid> {
        let index = u32::try_from(self.integer()?).map_err(|_| Invalid)?;
        let index: de::value::U32Deserializer<Invalid> = index.into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Reader<'de> {
    type Error = Invalid;

    fn unit_variant(self) -> Result<(), Invalid> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Invalid> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Invalid> {
        visitor.visit_seq(Elements { reader: self, left })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Invalid> {
        visitor.visit_seq(Elements { reader: self, left: fields.len() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Part {
        Unit,
        New(u32),
        Pair(bool, u8),
        Named { text: String, number: Option<u64> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        parts: Vec<Part>,
        map: BTreeMap<String, String>,
        array: [u16; 3],
        large: u128,
        tuple: (usize, String),
        #[serde(skip)]
        skipped: u32,
    }

    fn whole() -> Whole {
        Whole {
            parts: vec![
                Part::Unit,
                Part::New(7),
                Part::Pair(true, 255),
                Part::Named { text: "göt".to_owned(), number: Some(u64::MAX) },
                Part::Named { text: String::new(), number: None },
            ],
            map: [("a".to_owned(), "b".to_owned())].into(),
            array: [1, 2, u16::MAX],
            large: u128::MAX - 1,
            tuple: (9, "x".to_owned()),
            skipped: 0,
        }
    }

    #[test]
    fn values_are_read_as_they_were_written() {
        let bytes = to_bytes(&whole()).expect("supported types");
        assert_eq!(from_bytes::<Whole>(&bytes).expect("valid"), whole());
    }

    #[test]
    fn invalid_bytes_are_rejected() {
        let bytes = to_bytes(&whole()).expect("supported types");
        for length in 0..bytes.len() {
            assert!(from_bytes::<Whole>(&bytes[..length]).is_err(), "{length}");
        }
        assert!(from_bytes::<Whole>(&[bytes, vec![0]].concat()).is_err());
        assert!(from_bytes::<bool>(&[2]).is_err() && from_bytes::<Option<bool>>(&[2, 0]).is_err());
        assert!(from_bytes::<String>(&[1, 0, 0, 0, 0, 0, 0, 0, 0xFF]).is_err());
        assert!(from_bytes::<Vec<u8>>(&u64::MAX.to_le_bytes()).is_err());
        assert!(from_bytes::<Part>(&4_u64.to_le_bytes()).is_err());
        assert!(to_bytes(&1.5).is_err() && from_bytes::<f64>(&[0; 8]).is_err());
    }
}
