//! Names of time zones, as users carry them, and their IANA names.
//!
//! Source: the names of Ruby on Rails (`ActiveSupport::TimeZone::MAPPING`), which the vendor's list follows.

use serde_json::{Value, json};

use crate::reply::Reply;

/// A time zone of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeZone {
    /// `time_zone`: `Arizona`.
    pub(crate) name: &'static str,
    /// `iana_time_zone`: `America/Phoenix`.
    pub(crate) iana: &'static str,
}

impl Default for TimeZone {
    fn default() -> Self {
        Self { name: "Eastern Time (US & Canada)", iana: "America/New_York" }
    }
}

impl TimeZone {
    /// The zone with exactly this name; IANA names are not names of the list.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        ZONES.iter().find(|(known, ..)| *known == name).map(|(name, iana, _)| Self { name, iana })
    }
}

/// `GET /time_zones`, which needs no credentials. Guess: offsets are those outside of summer time.
pub(crate) fn list() -> Reply {
    let zone = |(name, iana, minutes): &(&str, &str, i32)| {
        let sign = if *minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        json!({
            "name": name,
            "translated_name": name,
            "iana_name": iana,
            "offset": minutes,
            "formatted_offset": format!("GMT{sign}{hours:02}:{rest:02}"),
        })
    };
    Reply::ok(json!({"time_zones": ZONES.iter().map(zone).collect::<Vec<Value>>()}))
}

/// Name, IANA name and minutes east of UTC outside of summer time.
const ZONES: &[(&str, &str, i32)] = &[
    ("International Date Line West", "Etc/GMT+12", -720),
    ("Midway Island", "Pacific/Midway", -660),
    ("American Samoa", "Pacific/Pago_Pago", -660),
    ("Hawaii", "Pacific/Honolulu", -600),
    ("Alaska", "America/Juneau", -540),
    ("Pacific Time (US & Canada)", "America/Los_Angeles", -480),
    ("Tijuana", "America/Tijuana", -480),
    ("Mountain Time (US & Canada)", "America/Denver", -420),
    ("Arizona", "America/Phoenix", -420),
    ("Chihuahua", "America/Chihuahua", -360),
    ("Mazatlan", "America/Mazatlan", -420),
    ("Central Time (US & Canada)", "America/Chicago", -360),
    ("Saskatchewan", "America/Regina", -360),
    ("Guadalajara", "America/Mexico_City", -360),
    ("Mexico City", "America/Mexico_City", -360),
    ("Monterrey", "America/Monterrey", -360),
    ("Central America", "America/Guatemala", -360),
    ("Eastern Time (US & Canada)", "America/New_York", -300),
    ("Indiana (East)", "America/Indiana/Indianapolis", -300),
    ("Bogota", "America/Bogota", -300),
    ("Lima", "America/Lima", -300),
    ("Quito", "America/Lima", -300),
    ("Atlantic Time (Canada)", "America/Halifax", -240),
    ("Caracas", "America/Caracas", -240),
    ("La Paz", "America/La_Paz", -240),
    ("Santiago", "America/Santiago", -240),
    ("Newfoundland", "America/St_Johns", -210),
    ("Brasilia", "America/Sao_Paulo", -180),
    ("Buenos Aires", "America/Argentina/Buenos_Aires", -180),
    ("Montevideo", "America/Montevideo", -180),
    ("Georgetown", "America/Guyana", -240),
    ("Puerto Rico", "America/Puerto_Rico", -240),
    ("Greenland", "America/Nuuk", -120),
    ("Mid-Atlantic", "Atlantic/South_Georgia", -120),
    ("Azores", "Atlantic/Azores", -60),
    ("Cape Verde Is.", "Atlantic/Cape_Verde", -60),
    ("Dublin", "Europe/Dublin", 0),
    ("Edinburgh", "Europe/London", 0),
    ("Lisbon", "Europe/Lisbon", 0),
    ("London", "Europe/London", 0),
    ("Casablanca", "Africa/Casablanca", 60),
    ("Monrovia", "Africa/Monrovia", 0),
    ("UTC", "Etc/UTC", 0),
    ("Belgrade", "Europe/Belgrade", 60),
    ("Bratislava", "Europe/Bratislava", 60),
    ("Budapest", "Europe/Budapest", 60),
    ("Ljubljana", "Europe/Ljubljana", 60),
    ("Prague", "Europe/Prague", 60),
    ("Sarajevo", "Europe/Sarajevo", 60),
    ("Skopje", "Europe/Skopje", 60),
    ("Warsaw", "Europe/Warsaw", 60),
    ("Zagreb", "Europe/Zagreb", 60),
    ("Brussels", "Europe/Brussels", 60),
    ("Copenhagen", "Europe/Copenhagen", 60),
    ("Madrid", "Europe/Madrid", 60),
    ("Paris", "Europe/Paris", 60),
    ("Amsterdam", "Europe/Amsterdam", 60),
    ("Berlin", "Europe/Berlin", 60),
    ("Bern", "Europe/Zurich", 60),
    ("Zurich", "Europe/Zurich", 60),
    ("Rome", "Europe/Rome", 60),
    ("Stockholm", "Europe/Stockholm", 60),
    ("Vienna", "Europe/Vienna", 60),
    ("West Central Africa", "Africa/Algiers", 60),
    ("Bucharest", "Europe/Bucharest", 120),
    ("Cairo", "Africa/Cairo", 120),
    ("Helsinki", "Europe/Helsinki", 120),
    ("Kyiv", "Europe/Kiev", 120),
    ("Riga", "Europe/Riga", 120),
    ("Sofia", "Europe/Sofia", 120),
    ("Tallinn", "Europe/Tallinn", 120),
    ("Vilnius", "Europe/Vilnius", 120),
    ("Athens", "Europe/Athens", 120),
    ("Istanbul", "Europe/Istanbul", 180),
    ("Minsk", "Europe/Minsk", 180),
    ("Jerusalem", "Asia/Jerusalem", 120),
    ("Harare", "Africa/Harare", 120),
    ("Pretoria", "Africa/Johannesburg", 120),
    ("Kaliningrad", "Europe/Kaliningrad", 120),
    ("Moscow", "Europe/Moscow", 180),
    ("St. Petersburg", "Europe/Moscow", 180),
    ("Volgograd", "Europe/Volgograd", 180),
    ("Samara", "Europe/Samara", 240),
    ("Kuwait", "Asia/Kuwait", 180),
    ("Riyadh", "Asia/Riyadh", 180),
    ("Nairobi", "Africa/Nairobi", 180),
    ("Baghdad", "Asia/Baghdad", 180),
    ("Tehran", "Asia/Tehran", 210),
    ("Abu Dhabi", "Asia/Muscat", 240),
    ("Muscat", "Asia/Muscat", 240),
    ("Baku", "Asia/Baku", 240),
    ("Tbilisi", "Asia/Tbilisi", 240),
    ("Yerevan", "Asia/Yerevan", 240),
    ("Kabul", "Asia/Kabul", 270),
    ("Ekaterinburg", "Asia/Yekaterinburg", 300),
    ("Islamabad", "Asia/Karachi", 300),
    ("Karachi", "Asia/Karachi", 300),
    ("Tashkent", "Asia/Tashkent", 300),
    ("Chennai", "Asia/Kolkata", 330),
    ("Kolkata", "Asia/Kolkata", 330),
    ("Mumbai", "Asia/Kolkata", 330),
    ("New Delhi", "Asia/Kolkata", 330),
    ("Kathmandu", "Asia/Kathmandu", 345),
    ("Dhaka", "Asia/Dhaka", 360),
    ("Sri Jayawardenepura", "Asia/Colombo", 330),
    ("Almaty", "Asia/Almaty", 300),
    ("Astana", "Asia/Almaty", 300),
    ("Novosibirsk", "Asia/Novosibirsk", 420),
    ("Rangoon", "Asia/Rangoon", 390),
    ("Bangkok", "Asia/Bangkok", 420),
    ("Hanoi", "Asia/Bangkok", 420),
    ("Jakarta", "Asia/Jakarta", 420),
    ("Krasnoyarsk", "Asia/Krasnoyarsk", 420),
    ("Beijing", "Asia/Shanghai", 480),
    ("Chongqing", "Asia/Chongqing", 480),
    ("Hong Kong", "Asia/Hong_Kong", 480),
    ("Urumqi", "Asia/Urumqi", 360),
    ("Kuala Lumpur", "Asia/Kuala_Lumpur", 480),
    ("Singapore", "Asia/Singapore", 480),
    ("Taipei", "Asia/Taipei", 480),
    ("Perth", "Australia/Perth", 480),
    ("Irkutsk", "Asia/Irkutsk", 480),
    ("Ulaanbaatar", "Asia/Ulaanbaatar", 480),
    ("Seoul", "Asia/Seoul", 540),
    ("Osaka", "Asia/Tokyo", 540),
    ("Sapporo", "Asia/Tokyo", 540),
    ("Tokyo", "Asia/Tokyo", 540),
    ("Yakutsk", "Asia/Yakutsk", 540),
    ("Darwin", "Australia/Darwin", 570),
    ("Adelaide", "Australia/Adelaide", 570),
    ("Canberra", "Australia/Canberra", 600),
    ("Melbourne", "Australia/Melbourne", 600),
    ("Sydney", "Australia/Sydney", 600),
    ("Brisbane", "Australia/Brisbane", 600),
    ("Hobart", "Australia/Hobart", 600),
    ("Vladivostok", "Asia/Vladivostok", 600),
    ("Guam", "Pacific/Guam", 600),
    ("Port Moresby", "Pacific/Port_Moresby", 600),
    ("Magadan", "Asia/Magadan", 660),
    ("Srednekolymsk", "Asia/Srednekolymsk", 660),
    ("Solomon Is.", "Pacific/Guadalcanal", 660),
    ("New Caledonia", "Pacific/Noumea", 660),
    ("Fiji", "Pacific/Fiji", 720),
    ("Kamchatka", "Asia/Kamchatka", 720),
    ("Marshall Is.", "Pacific/Majuro", 720),
    ("Auckland", "Pacific/Auckland", 720),
    ("Wellington", "Pacific/Auckland", 720),
    ("Nuku'alofa", "Pacific/Tongatapu", 780),
    ("Tokelau Is.", "Pacific/Fakaofo", 780),
    ("Chatham Is.", "Pacific/Chatham", 765),
    ("Samoa", "Pacific/Apia", 780),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_list_are_known() {
        assert_eq!(TimeZone::parse("Arizona").unwrap().iana, "America/Phoenix");
        assert_eq!(TimeZone::parse("America/Phoenix"), None);
        assert!(TimeZone::parse(TimeZone::default().name).is_some());
    }
}
