//! What the list of types in `data.rs` is made into.

macro_rules! types {
    (@read $name:ident) => { |data| crate::events::read::<$name>(data, crate::events::Upcast::upcast) };
    (@read $name:ident $older:ty) => { |data| crate::events::read::<$older>(data, crate::events::Upcast::upcast) };
    ($($name:ident $class:ident $says:ident $newest:literal $(after $date:literal $(as $older:ty)?)*;)*) => {
        pub(super) const TYPES: &[$crate::events::Type] = &[$($crate::events::Type {
            name: stringify!($name),
            class: Class::$class,
            says: $crate::events::Says::$says,
            versions: &[
                $crate::events::Version { date: $newest, read: types!(@read $name) },
                $($crate::events::Version { date: $date, read: types!(@read $name $($older)?) },)*
            ],
        }),*];

        $(impl $crate::events::Data for $name {
            fn into_event(self) -> Event {
                Event::$name(self)
            }
            fn of(event: &Event) -> Option<&Self> {
                if let Event::$name(data) = event { Some(data) } else { None }
            }
        })*

        $(impl $crate::events::Upcast for $name {
            fn upcast(self) -> Event {
                Event::$name(self)
            }
        })*

        impl Event {
            /// The type's name, as the header says it.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),* }
            }

            /// The data as JSON.
            ///
            /// # Errors
            /// Only for data that JSON cannot hold; these types have none.
            pub fn data(&self) -> Result<Box<RawValue>, serde_json::Error> {
                match self { $(Self::$name(data) => serde_json::value::to_raw_value(data)),* }
            }
        }

        /// The JSON Schema of the newest version of every type, with the type's name and the version.
        #[must_use]
        pub fn schemas() -> Vec<(&'static str, &'static str, Schema)> {
            vec![$((stringify!($name), $newest, schema_for!($name))),*]
        }
    };
}

/// A version that is no longer written, and the step to the next one.
#[allow(unused_macros, reason = "no type has had a second version yet")]
macro_rules! older {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? } => $next:expr) => {
        $(#[$doc])*
        struct $name { $($field: $type),* }

        $crate::json::reads!($name { $($field),* });

        impl $crate::events::Upcast for $name {
            fn upcast(self) -> Event {
                let next: fn(Self) -> _ = $next;
                $crate::events::Upcast::upcast(next(self))
            }
        }
    };
}
