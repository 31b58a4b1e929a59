//! The map's axes over what is searched: which pair it shows, what it holds, which points stand
//! where.

use crate::setup::check::SetupError;
use crate::setup::parameters::Parameter;
use crate::setup::{Axis, Setup};
use crate::space::{Kind, Param, Point, Scale, Space};

impl Setup {
    /// The places in a point of the parameters on the map's axes; none where only one is searched.
    pub fn pair(&self) -> (usize, Option<usize>) {
        let searched = self.space.iter().count();
        let across = self.space.place(&self.map.across).unwrap_or_else(|| {
            let up = self.space.place(&self.map.up).filter(|_| searched > 1);
            (0..searched).find(|i| Some(*i) != up).unwrap_or(0)
        });
        let up = self.space.place(&self.map.up).filter(|i| *i != across);
        (across, up.or((0..searched).find(|i| *i != across)))
    }

    /// The axes of the map: the innermost zoomed region, or all that is searched of the pair. Where
    /// only one parameter is searched, the second axis has one value.
    pub fn axes(&self) -> Space {
        let space = self.searched();
        let (across, up) = self.pair();
        let still = Param {
            name: String::new(),
            low: 0.0,
            high: 0.0,
            scale: Scale::Linear,
            kind: Kind::Float,
            when: None,
        };
        let of = |place: Option<usize>| {
            place.and_then(|i| space.params.get(i)).cloned().unwrap_or(still.clone())
        };
        let mut params = [of(Some(across)), of(up)];
        for (param, i) in params.iter_mut().zip([0, 2]) {
            param.when = None;
            if let (Some(zoom), Kind::Float, true) =
                (self.map.zoom.last(), &param.kind, param.moves())
            {
                (param.low, param.high) = (zoom[i], zoom[i + 1]);
            }
            if self.map.axis == Axis::Complement && param.name == "momentum" {
                param.scale = Scale::Complement;
            }
        }
        Space::new(params.to_vec())
    }

    /// What the map holds fixed beside its pair: the point chosen, or else the Explore run's
    /// values.
    pub fn held(&self) -> Point {
        let chosen = Some(&self.map.held).filter(|held| self.searched().contains(held));
        chosen.cloned().unwrap_or_else(|| self.own_point())
    }

    /// Whether a point has the values that the map holds beside its pair. One that has others is not
    /// where the map seems to show it.
    pub fn is_on_cut(&self, point: &[f64]) -> bool {
        let (across, up) = self.pair();
        let beside = |i: usize| i != across && Some(i) != up;
        point.iter().zip(self.held()).enumerate().all(|(i, (x, held))| !beside(i) || *x == held)
    }

    /// Whether there are parameters beside the map's axes that a belief is averaged over.
    pub fn averages(&self) -> bool {
        self.map.averaged && self.space.iter().count() > 2
    }

    /// What the map holds fixed, without what its axes vary.
    pub fn beside(&self) -> Point {
        let mut point = self.held();
        let (across, up) = self.pair();
        // A set-up that is still to be checked may search nothing.
        let varied = [Some(across), up].into_iter().flatten();
        varied.for_each(|i| point.get_mut(i).into_iter().for_each(|x| *x = 0.0));
        point
    }

    /// The point in the fewest digits, four or more, that leave it where it is on the map: links
    /// stay short.
    pub fn brief(&self, point: &[f64]) -> Point {
        let (space, axes) = (self.searched(), self.axes());
        let written = |digits: usize| {
            let short = |(x, p): (&f64, &Param)| {
                format!("{x:.digits$e}").parse().unwrap_or(*x).clamp(p.low, p.high)
            };
            point.iter().zip(&space.params).map(short).collect::<Point>()
        };
        let place = self.place_on(&axes, point);
        let there = |brief: &Point| {
            place.iter().zip(self.place_on(&axes, brief)).all(|(a, b)| (a - b).abs() < 1e-4)
        };
        let fits = |brief: &Point| space.contains(brief) && there(brief);
        (3..9).map(written).find(fits).unwrap_or_else(|| point.to_vec())
    }

    /// The points at places on the map, in the units of its axes.
    pub fn on_map(&self, places: impl IntoIterator<Item = [f64; 2]>) -> Vec<Point> {
        let (held, space, (across, up)) = (self.held(), self.searched(), self.pair());
        let at = |place: [f64; 2]| {
            let mut point = held.clone();
            for (i, x) in [Some(across), up].into_iter().zip(place) {
                if let Some(at) = i.and_then(|i| point.get_mut(i)) {
                    *at = x;
                }
            }
            space.settle(&mut point);
            point
        };
        places.into_iter().map(at).collect()
    }

    /// Whether the map has networks that can't train in one population.
    pub fn map_apart(&self) -> bool {
        let (across, up) = self.pair();
        self.space.iter().enumerate().any(|(i, (p, _))| p.apart && (i == across || Some(i) == up))
    }

    /// A point's place on the map, as fractions of its axes from the bottom left; it may lie
    /// outside.
    pub fn place_on(&self, axes: &Space, point: &[f64]) -> [f64; 2] {
        let (across, up) = self.pair();
        let at = |param: &Param, place: Option<usize>| {
            place.and_then(|i| point.get(i)).map_or(0.5, |&x| param.to_unit(x))
        };
        [at(&axes.params[0], Some(across)), at(&axes.params[1], up)]
    }

    /// Whether a region zoomed into is one of the pair's.
    pub(crate) fn check_zoom(&self) -> Result<(), SetupError> {
        let searched = Setup {
            map: crate::setup::MapSetup { zoom: Vec::new(), ..self.map.clone() },
            ..self.clone()
        };
        let axes = searched.axes();
        for (zoom, (param, i)) in
            self.map.zoom.iter().flat_map(|z| axes.params.iter().zip([0, 2]).map(move |a| (z, a)))
        {
            let (low, high) = (zoom[i], zoom[i + 1]);
            let key = || "map.zoom".to_string();
            if !(low.is_finite() && high.is_finite() && low <= high) {
                return Err(SetupError::Empty { key: key(), low, high });
            }
            if param.kind != Kind::Float || !param.moves() {
                continue;
            }
            let (least, most) =
                Parameter::by_name(&param.name).map_or((low, high), Parameter::limits);
            for value in [low, high] {
                if !(least..=most).contains(&value) {
                    return Err(SetupError::Range { key: key(), value, low: least, high: most });
                }
            }
            if low == high || Param::new(&param.name, low, high, param.scale).is_err() {
                return Err(SetupError::Empty { key: key(), low, high });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::link;
    use crate::setup::space::tests::mixed;

    #[test]
    fn the_map_shows_a_pair_and_holds_the_rest() {
        let mut setup = mixed();
        assert_eq!(setup.pair(), (0, Some(1)));
        (setup.map.across, setup.map.up) = ("units_2".into(), "layers".into());
        assert_eq!((setup.pair(), setup.map_apart()), ((4, Some(3)), true));
        assert_eq!(setup.on_map([[6.0, 2.0]]), [[0.1, 32.0, 0.0, 2.0, 6.0, 0.0]]);
        assert_eq!(
            setup.on_map([[6.0, 1.0]]),
            [[0.1, 32.0, 0.0, 1.0, 4.0, 0.0]],
            "one layer has no second"
        );
        setup.map.held = vec![0.5, 64.0, 1.0, 2.0, 8.0, 1.0];
        assert_eq!(setup.on_map([[6.0, 2.0]]), [[0.5, 64.0, 1.0, 2.0, 6.0, 1.0]]);
        assert!(setup.is_on_cut(&[0.5, 64.0, 1.0, 1.0, 4.0, 1.0]), "only its place differs");
        assert!(!setup.is_on_cut(&[0.4, 64.0, 1.0, 2.0, 8.0, 1.0]));
        assert_eq!(link::read(&link::write(&setup)), Ok(setup.clone()));
        for name in ["learning_rate", "batch", "rule", "units_2", "activation"] {
            setup.space.set(name, None);
        }
        assert_eq!((setup.check(), setup.pair()), (Ok(()), (0, None)));
        let axes = setup.axes();
        assert_eq!((axes.params[0].name.as_str(), axes.params[1].count()), ("layers", Some(1)));
        assert_eq!(setup.on_map([[2.0, 0.0]]), [[2.0]]);
    }
}
