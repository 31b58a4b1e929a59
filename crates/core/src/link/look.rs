//! What a link says of the page's look, as the address of an embed does: `theme=dark`, `lang=zh`.
//! It is no part of the set-up.

/// What says it.
pub const KEYS: [&str; 2] = ["theme", "lang"];

/// A link without what it says of the look; and that, by [`KEYS`].
pub fn apart(fragment: &str) -> (String, [Option<&str>; 2]) {
    let mut look = [None; 2];
    let (mark, parts) = match fragment.strip_prefix('#') {
        Some(parts) => ("#", parts),
        None => ("", fragment),
    };
    let rest = parts.split('&').filter(|part| {
        let said = part.split_once('=').and_then(|(key, value)| {
            let place = KEYS.iter().position(|own| *own == key)?;
            Some((place, value))
        });
        if let Some((place, value)) = said {
            look[place] = Some(value);
        }
        said.is_none()
    });
    let rest = rest.collect::<Vec<_>>().join("&");
    (if rest.is_empty() { rest } else { [mark, &rest].concat() }, look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_look_stands_apart() {
        assert_eq!(apart("#lang=zh"), (String::new(), [None, Some("zh")]));
        assert_eq!(
            apart("#theme=dark&v=1&lang=en&data.name=moons"),
            ("#v=1&data.name=moons".into(), [Some("dark"), Some("en")])
        );
        assert_eq!(apart("z=AAA&lang=zh"), ("z=AAA".into(), [None, Some("zh")]));
        for other in ["", "#v=1&language=zh&lang", "open=lang=zh", "v=1&&net.seed=1"] {
            assert_eq!(apart(other), (other.into(), [None, None]));
        }
    }
}
