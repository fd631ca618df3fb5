/// Whether it is the IANA name of a time zone whose clocks can be shown. The database may know others.
pub fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_have_iana_names() {
        for zone in ["America/Sao_Paulo", "Europe/Lisbon", "UTC"] {
            assert!(is_time_zone(zone), "{zone}");
        }
        for none in ["Mars/Olympus_Mons", "", "UTC+3", "posixrules"] {
            assert!(!is_time_zone(none), "{none:?}");
        }
    }
}
