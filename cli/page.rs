//! Self-contained pages: one file of HTML without scripts or anything to fetch.

/// Text as HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.6rem 0}td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}
th{background:#f3f3f3}td.n{text-align:right}pre{background:#f6f6f6;padding:.6rem;overflow-x:auto;font-size:13px}
.bad{background:#fdd}.good{background:#dfd}.none{color:#aaa}summary{cursor:pointer}
svg{border:1px solid #ccc;background:#fff}";

/// A whole page.
pub fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\n\
         <h1>{title}</h1>\n{body}</html>\n"
    )
}

/// A table; cells are text, right-aligned when they are numbers.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = String::from("<table><tr>");
    for h in head {
        out.push_str(&format!("<th>{}", escape(h)));
    }
    for row in rows {
        out.push_str("\n<tr>");
        for cell in row {
            let class = if cell.parse::<f64>().is_ok() { " class=\"n\"" } else { "" };
            out.push_str(&format!("<td{class}>{}", escape(cell)));
        }
    }
    out.push_str("</table>\n");
    out
}

/// Points as a line, both axes from 0.
pub fn plot(points: &[(f64, f64)], x: &str, y: &str) -> String {
    const W: f64 = 640.0;
    const H: f64 = 200.0;
    let most = |f: fn(&(f64, f64)) -> f64| points.iter().map(f).fold(0.0, f64::max).max(1e-9);
    let (mx, my) = (most(|p| p.0), most(|p| p.1));
    // a few hundred points are enough for the eye
    let step = (points.len() / 400).max(1);
    let path: Vec<String> =
        points.iter().step_by(step).map(|p| format!("{:.1},{:.1}", p.0 / mx * W, H - p.1 / my * H)).collect();
    format!(
        "<svg viewBox=\"0 0 {W} {H}\" width=\"{W}\" height=\"{H}\"><polyline fill=\"none\" stroke=\"#26c\" \
         stroke-width=\"2\" points=\"{}\"/></svg><p>{} up to {my:.0}, {} up to {mx:.0}</p>\n",
        path.join(" "),
        escape(y),
        escape(x)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_program_becomes_markup() {
        let p = page("<t>", &table(&["a"], &[vec!["<script>\"&".into()], vec!["1.5".into()]]));
        assert!(
            !p.contains("<script") && p.contains("&lt;script&gt;&quot;&amp;") && p.contains("class=\"n\"")
        );
        assert!(plot(&[], "s", "n").contains("points=\"\""));
    }
}
