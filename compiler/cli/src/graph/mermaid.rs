//! A drawing for Mermaid, as Markdown pages show it.

use super::{Drawing, Line, Node, Shape};

/// The drawing in Mermaid's language.
pub(crate) fn mermaid(drawing: &Drawing) -> String {
    // The title is YAML, in which a JSON text is one, too.
    let mut out =
        format!("---\ntitle: {}\n---\nflowchart LR\n", serde_json::Value::from(drawing.title.as_str()));
    for (index, network) in drawing.networks.iter().enumerate() {
        out.push_str(&format!("  subgraph net{index}[{}]\n", quoted(&network.label)));
        for node in &network.nodes {
            out.push_str(&format!("    {}\n", box_of(*node, &drawing.nodes[*node])));
        }
        out.push_str("  end\n");
    }
    let is_inside = |node: &usize| drawing.networks.iter().any(|network| network.nodes.contains(node));
    for (index, node) in drawing.nodes.iter().enumerate().filter(|(index, _)| !is_inside(index)) {
        out.push_str(&format!("  {}\n", box_of(index, node)));
    }
    for edge in &drawing.edges {
        let arrow = match edge.style {
            Line::Route => "==>",
            Line::Need => "-->",
            Line::Scrape => "-.->",
        };
        out.push_str(&format!("  n{} {arrow}|{}| n{}\n", edge.from, lines(&edge.lines), edge.to));
    }
    out
}

fn box_of(index: usize, node: &Node) -> String {
    let (open, close) = match node.shape {
        Shape::World => ("([", "])"),
        Shape::Gateway => ("{{", "}}"),
        Shape::Service => ("[", "]"),
        Shape::Job => ("[[", "]]"),
    };
    format!("n{index}{open}{}{close}", lines(&node.lines))
}

fn lines(lines: &[String]) -> String {
    format!("\"{}\"", lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Text as Mermaid shows it: whatever it could take for its own language or
/// for HTML is written as its number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | ';' => {
                out.push_str(&format!("#{};", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn draws_and_escapes() {
        insta::assert_snapshot!(super::mermaid(&super::super::tests::drawing()), @r#"
        ---
        title: "shop in production"
        ---
        flowchart LR
          subgraph net0["edge"]
            n0{{"edge<br>nginx:1.30"}}
          end
          subgraph net1["data (no way out)"]
            n1["api<br>built from a#34;b#92;c#60;d#62;#35;#96;<br>2 replicas"]
            n2[["migrate<br>built from ."]]
          end
          n3(["the world"])
          n0 ==>|"/api/<br>/#34;]#59;x--#62;y"| n1
          n3 ==>|"shop.example"| n0
          n1 -->|"completed"| n2
          n0 -.->|"api"| n1
        "#);
    }
}
