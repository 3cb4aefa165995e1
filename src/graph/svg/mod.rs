//! Graphs as SVG: places come from a layered layout, shapes and lines are drawn here.
//!
//! Black on white and of one fixed-width font, so that lines of text are as long as was reckoned.

mod layout;
mod shape;

use svg::Document;
use svg::node::element::path::Data;
use svg::node::element::{Group as Layer, Path, Rectangle, Text, Title};
use textwrap::core::display_width;

use self::layout::{Place, Placed, PlacedEdge, PlacedGroup, PlacedNode};
use self::shape::shape;
use super::{EdgeKind, Graph};

/// Width of a character, in units of the picture.
const COLUMN: f64 = 7.3;
/// From one line of text to the next.
const LINE: f64 = 15.0;
/// Around the picture and between flows.
const MARGIN: f64 = 24.0;
/// Above a flow, for its name.
const HEADING: f64 = 28.0;

/// The graph as an SVG document.
#[must_use]
pub fn svg(graph: &Graph) -> String {
    let mut left = MARGIN;
    let mut height: f64 = 0.0;
    let mut flows = Vec::new();
    for flow in &graph.flows {
        let placed = layout::place(flow);
        let heading = format!("flow {}", flow.name);
        let width = placed.width.max(display_width(&heading) as f64 * COLUMN * 1.3);
        height = height.max(placed.height);
        let layer = layer(&placed).set("transform", format!("translate({left} {})", MARGIN + HEADING));
        flows.push(heading_at(left, &heading));
        flows.push(layer);
        left += width + MARGIN;
    }
    let (width, height) = (left.ceil(), (height + HEADING + 2.0 * MARGIN).ceil());
    let document = Document::new()
        .set("viewBox", format!("0 0 {width} {height}"))
        .set("width", width)
        .set("height", height)
        .set("font-family", "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace")
        .set("font-size", 12)
        .add(Title::new(format!("Flows of {}", graph.title)))
        .add(Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "white"));
    format!("{}\n", flows.into_iter().fold(document, Document::add))
}

fn heading_at(left: f64, heading: &str) -> Layer {
    let text = Text::new(heading).set("x", left).set("y", MARGIN + 4.0);
    Layer::new().add(text.set("font-size", 15).set("font-weight", "bold"))
}

/// Groups lie below lines, lines below nodes, labels of lines above all.
fn layer(placed: &Placed<'_>) -> Layer {
    let mut layer = Layer::new();
    for group in &placed.groups {
        layer = layer.add(group_box(group));
    }
    for edge in &placed.edges {
        layer = layer.add(edge_line(edge)).add(arrow_head(edge));
    }
    for group in &placed.groups {
        layer = layer.add(group_name(group));
    }
    for node in &placed.nodes {
        layer = layer.add(node_shape(node));
    }
    placed
        .edges
        .iter()
        .filter(|edge| !edge.lines.is_empty())
        .fold(layer, |layer, edge| layer.add(label(edge)))
}

fn group_box(group: &PlacedGroup<'_>) -> Layer {
    let Place { x, y, width, height } = group.place;
    let outline = Rectangle::new().set("x", round(x - width / 2.0)).set("y", round(y - height / 2.0));
    let outline = outline.set("width", round(width)).set("height", round(height));
    Layer::new().add(outline.set("fill", "none").set("stroke", "#777").set("stroke-dasharray", "1 3"))
}

/// Its name in the upper left corner, on a ground that lets no line through.
fn group_name(group: &PlacedGroup<'_>) -> Layer {
    let Place { x, y, width, height } = group.place;
    let (left, top) = (round(x - width / 2.0), round(y - height / 2.0));
    let name = group.title();
    let ground = Rectangle::new().set("x", left + 2.0).set("y", top + 2.0).set("height", LINE + 1.0);
    let ground = ground.set("width", round(display_width(&name) as f64 * COLUMN + 6.0)).set("fill", "white");
    let text = Text::new(name).set("x", left + 5.0).set("y", top + 14.0);
    Layer::new().add(ground).add(text.set("font-style", "italic"))
}

fn node_shape(node: &PlacedNode<'_>) -> Layer {
    let kind = node.node.kind;
    let layer = Layer::new().set("class", kind.name()).add(Title::new(kind.name()));
    let layer = shape(kind, node.place).into_iter().fold(layer, Layer::add);
    lines(&node.lines, node.place, node.is_named()).into_iter().fold(layer, Layer::add)
}

/// Lines of text around the middle of a place; the first may be bold.
fn lines(lines: &[String], place: Place, has_name: bool) -> Vec<Text> {
    let first = place.y - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.0;
    let line = |(index, line): (usize, &String)| {
        let y = first + index as f64 * LINE;
        let text = Text::new(line.as_str()).set("x", round(place.x)).set("y", round(y));
        let text = text.set("text-anchor", "middle");
        if has_name && index == 0 { text.set("font-weight", "bold") } else { text }
    };
    lines.iter().enumerate().map(line).collect()
}

/// A line through the points of an edge, its corners rounded.
fn edge_line(edge: &PlacedEdge<'_>) -> Path {
    let mut data = Data::new();
    for (index, point) in edge.points.iter().enumerate() {
        let (x, y) = (round(point.0), round(point.1));
        data = match (index, edge.points.get(index + 1)) {
            (0, _) => data.move_to((x, y)),
            (_, Some(next)) => data.quadratic_curve_to((
                x,
                y,
                round(f64::midpoint(point.0, next.0)),
                round(f64::midpoint(point.1, next.1)),
            )),
            (_, None) => data.line_to((x, y)),
        };
    }
    let path = Path::new().set("d", data).set("fill", "none").set("stroke", "black");
    match edge.edge.kind {
        EdgeKind::Next => path,
        EdgeKind::Skip => path.set("stroke-dasharray", "6 4"),
    }
}

fn arrow_head(edge: &PlacedEdge<'_>) -> Path {
    const LENGTH: f64 = 8.0;
    const HALF_WIDTH: f64 = 3.5;
    let [.., before, tip] = edge.points.as_slice() else { return Path::new() };
    let (along_x, along_y) = (tip.0 - before.0, tip.1 - before.1);
    let length = along_x.hypot(along_y).max(f64::EPSILON);
    let (along_x, along_y) = (along_x / length, along_y / length);
    let (base_x, base_y) = (tip.0 - along_x * LENGTH, tip.1 - along_y * LENGTH);
    let data = Data::new()
        .move_to((round(tip.0), round(tip.1)))
        .line_to((round(base_x - along_y * HALF_WIDTH), round(base_y + along_x * HALF_WIDTH)))
        .line_to((round(base_x + along_y * HALF_WIDTH), round(base_y - along_x * HALF_WIDTH)))
        .close();
    Path::new().set("d", data)
}

fn label(edge: &PlacedEdge<'_>) -> Layer {
    let Place { x, y, width, height } = edge.label;
    let ground = Rectangle::new().set("x", round(x - width / 2.0)).set("y", round(y - height / 2.0));
    let ground = ground.set("width", round(width)).set("height", round(height)).set("fill", "white");
    lines(&edge.lines, edge.label, false).into_iter().fold(Layer::new().add(ground), Layer::add)
}

/// To a tenth: finer than anyone sees, and the same on every machine.
fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests;
