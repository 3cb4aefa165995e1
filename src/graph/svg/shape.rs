//! Shapes of nodes: how large they are around their text, how they are drawn, where lines meet them.

use svg::node::element::{Element, Polygon, Rectangle};

use super::super::NodeKind;
use super::layout::Place;
use super::round;

/// Between a double border's lines.
const GAP: f64 = 4.0;
/// How far slanted sides and corners reach inwards.
const SLANT: f64 = 14.0;
/// Largest radius of round sides.
const ROUND: f64 = 20.0;

/// Width and height of a shape around text of this size.
pub(super) fn outer_size(kind: NodeKind, (width, height): (f64, f64)) -> (f64, f64) {
    match kind {
        // A rectangle fits in a diamond when its parts of both diagonals add up to one.
        NodeKind::Branch => (width * 1.5 + 8.0, height * 3.0 + 8.0),
        NodeKind::Read => (width + 14.0, height + 14.0),
        NodeKind::Write => (width + 14.0 + 2.0 * GAP, height + 14.0 + 2.0 * GAP),
        NodeKind::Delivered => (width + 40.0 + 2.0 * GAP, height + 16.0 + 2.0 * GAP),
        NodeKind::Start => (width + 40.0, height + 16.0),
        NodeKind::Require | NodeKind::Loop | NodeKind::Skipped | NodeKind::Rejected => {
            (width + 12.0 + 2.0 * SLANT, height + 16.0)
        }
    }
}

/// What is drawn, the outermost first.
pub(super) fn shape(kind: NodeKind, place: Place) -> Vec<Element> {
    let inner = Place { width: place.width - 2.0 * GAP, height: place.height - 2.0 * GAP, ..place };
    match kind {
        NodeKind::Start => vec![rectangle(place, radius(place))],
        NodeKind::Delivered => {
            vec![rectangle(place, radius(place)), rectangle(inner, radius(inner))]
        }
        NodeKind::Read => vec![rectangle(place, 10.0)],
        NodeKind::Write => vec![rectangle(place, 0.0), rectangle(inner, 0.0)],
        NodeKind::Require | NodeKind::Branch | NodeKind::Loop | NodeKind::Skipped | NodeKind::Rejected => {
            let corners: Vec<String> =
                corners(kind, place).into_iter().map(|(x, y)| format!("{},{}", round(x), round(y))).collect();
            let polygon = Polygon::new().set("points", corners.join(" "));
            vec![polygon.set("fill", "white").set("stroke", "black").into()]
        }
    }
}

fn rectangle(place: Place, radius: f64) -> Element {
    let (left, top) = (place.x - place.width / 2.0, place.y - place.height / 2.0);
    let rectangle = Rectangle::new().set("x", round(left)).set("y", round(top)).set("rx", round(radius));
    let rectangle = rectangle.set("width", round(place.width)).set("height", round(place.height));
    rectangle.set("fill", "white").set("stroke", "black").into()
}

/// Corners of the border, in turn.
fn corners(kind: NodeKind, place: Place) -> Vec<(f64, f64)> {
    let (left, right) = (place.x - place.width / 2.0, place.x + place.width / 2.0);
    let (top, bottom) = (place.y - place.height / 2.0, place.y + place.height / 2.0);
    let cut = match kind {
        NodeKind::Start | NodeKind::Delivered => radius(place),
        _ => SLANT.min(place.height / 3.0),
    };
    match kind {
        NodeKind::Read | NodeKind::Write => vec![(left, top), (right, top), (right, bottom), (left, bottom)],
        NodeKind::Branch => vec![(place.x, top), (right, place.y), (place.x, bottom), (left, place.y)],
        NodeKind::Require => vec![
            (left + SLANT, top),
            (right - SLANT, top),
            (right, place.y),
            (right - SLANT, bottom),
            (left + SLANT, bottom),
            (left, place.y),
        ],
        NodeKind::Loop => vec![(left + SLANT, top), (right - SLANT, top), (right, bottom), (left, bottom)],
        NodeKind::Skipped => vec![(left + SLANT, top), (right, top), (right - SLANT, bottom), (left, bottom)],
        NodeKind::Start | NodeKind::Delivered | NodeKind::Rejected => vec![
            (left + cut, top),
            (right - cut, top),
            (right, top + cut),
            (right, bottom - cut),
            (right - cut, bottom),
            (left + cut, bottom),
            (left, bottom - cut),
            (left, top + cut),
        ],
    }
}

/// Of the round sides of a start and an end.
fn radius(place: Place) -> f64 {
    (place.height / 2.0).min(ROUND)
}

/// Where a line from the middle of a shape towards a point leaves it.
pub(super) fn border(kind: NodeKind, place: Place, towards: (f64, f64)) -> (f64, f64) {
    let corners = corners(kind, place);
    let (along_x, along_y) = (towards.0 - place.x, towards.1 - place.y);
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let crossing = |(from, to): (&(f64, f64), &(f64, f64))| {
        let (side_x, side_y) = (to.0 - from.0, to.1 - from.1);
        let across = along_x * side_y - along_y * side_x;
        if across.abs() < f64::EPSILON {
            return None;
        }
        let (away_x, away_y) = (from.0 - place.x, from.1 - place.y);
        let far = (away_x * side_y - away_y * side_x) / across;
        let on_side = (away_x * along_y - away_y * along_x) / across;
        ((0.0..=1.0).contains(&on_side) && far > 0.0).then_some(far)
    };
    let far = sides.filter_map(crossing).fold(f64::INFINITY, f64::min);
    if far.is_finite() { (place.x + along_x * far, place.y + along_y * far) } else { (place.x, place.y) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { x: 50.0, y: 50.0, width: 100.0, height: 40.0 };

    #[test]
    fn lines_meet_the_border_of_the_shape() {
        assert_eq!(border(NodeKind::Write, PLACE, (50.0, 200.0)), (50.0, 70.0));
        assert_eq!(border(NodeKind::Branch, PLACE, (50.0, -9.0)), (50.0, 30.0));
        let (x, y) = border(NodeKind::Branch, PLACE, (100.0, 100.0));
        assert!((((x - 50.0) / 50.0 + (y - 50.0) / 20.0) - 1.0).abs() < 1e-9, "({x}, {y}) is on the diamond");
        assert_eq!(border(NodeKind::Read, PLACE, (50.0, 50.0)), (50.0, 50.0));
    }

    #[test]
    fn text_fits_into_its_shape() {
        for (_, kind) in NodeKind::ALL {
            let (width, height) = outer_size(kind, (120.0, 45.0));
            let place = Place { x: 0.0, y: 0.0, width, height };
            for corner in [(60.0, 22.5), (-60.0, 22.5), (60.0, -22.5), (-60.0, -22.5)] {
                let (x, y) = border(kind, place, corner);
                assert!(x.hypot(y) >= f64::hypot(60.0, 22.5), "{kind:?}: {corner:?} is outside");
            }
        }
    }
}
