//! A drawing for Graphviz.

use super::{Drawing, Edge, Line, Node, Shape};

/// The drawing in the dot language.
pub(crate) fn dot(drawing: &Drawing) -> String {
    let mut out = format!("digraph {} {{\n", quoted(&drawing.title));
    out.push_str("  rankdir=LR\n");
    out.push_str("  node [shape=box, style=rounded, fontname=\"sans-serif\"]\n");
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=10]\n");
    for (index, network) in drawing.networks.iter().enumerate() {
        out.push_str(&format!("  subgraph cluster_{index} {{\n    label={}\n", quoted(&network.label)));
        for node in &network.nodes {
            out.push_str(&format!("    {}\n", box_of(*node, &drawing.nodes[*node])));
        }
        out.push_str("  }\n");
    }
    let is_inside = |node: &usize| drawing.networks.iter().any(|network| network.nodes.contains(node));
    for (index, node) in drawing.nodes.iter().enumerate().filter(|(index, _)| !is_inside(index)) {
        out.push_str(&format!("  {}\n", box_of(index, node)));
    }
    for edge in &drawing.edges {
        out.push_str(&format!("  {}\n", arrow(edge)));
    }
    out + "}\n"
}

fn box_of(index: usize, node: &Node) -> String {
    let more = match node.shape {
        Shape::World => ", shape=ellipse",
        Shape::Gateway => ", shape=house, style=solid",
        Shape::Service => "",
        Shape::Job => ", style=\"rounded,dashed\"",
    };
    format!("n{index} [label={}{more}]", quoted(&node.lines.join("\n")))
}

fn arrow(edge: &Edge) -> String {
    let more = match edge.style {
        Line::Route => ", penwidth=2",
        Line::Need => "",
        Line::Scrape => ", style=dotted, constraint=false",
    };
    format!("n{} -> n{} [label={}{more}]", edge.from, edge.to, quoted(&edge.lines.join("\n")))
}

/// A quoted text of the dot language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn draws_and_escapes() {
        insta::assert_snapshot!(super::dot(&super::super::tests::drawing()), @r##"
        digraph "shop in production" {
          rankdir=LR
          node [shape=box, style=rounded, fontname="sans-serif"]
          edge [fontname="sans-serif", fontsize=10]
          subgraph cluster_0 {
            label="edge"
            n0 [label="edge\nnginx:1.30", shape=house, style=solid]
          }
          subgraph cluster_1 {
            label="data (no way out)"
            n1 [label="api\nbuilt from a\"b\\c<d>#`\n2 replicas"]
            n2 [label="migrate\nbuilt from .", style="rounded,dashed"]
          }
          n3 [label="the world", shape=ellipse]
          n0 -> n1 [label="/api/\n/\"];x-->y", penwidth=2]
          n3 -> n0 [label="shop.example", penwidth=2]
          n1 -> n2 [label="completed"]
          n0 -> n1 [label="api", style=dotted, constraint=false]
        }
        "##);
    }
}
