//! The page that sets this phone up, as the browser loads it.

fn main() {
    rivulet_app::enrolment();
}
