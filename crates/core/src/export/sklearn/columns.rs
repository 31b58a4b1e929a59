//! A set-up and its space in the words of scikit-learn's networks.

use super::{TOOL, activation};
use crate::data::Task;
use crate::export::{Kind, Unsupported, python, training::key};
use crate::search::grid::Grid;
use crate::setup::space::Range;
use crate::setup::{Parameter, Setup};
use crate::space::{Kind as Values, Param, Scale, Space};
use tunescape_engine::net::Activation;
use tunescape_engine::optim::Rule;

/// An argument of the estimator.
pub struct Column {
    pub name: &'static str,
    /// What it is where it is not searched, in Python.
    pub fixed: String,
    /// The list or the distribution that is searched.
    pub searched: Option<String>,
    /// Whether it goes with the optimizer.
    pub of_rule: bool,
}

impl Column {
    /// Whether it is a penalty that is not 0.
    pub fn is_penalty(&self) -> bool {
        self.name == "alpha" && (self.searched.is_some() || self.fixed != "0.0")
    }
}

/// The arguments, a list for each optimizer that is tried.
pub fn columns(
    setup: &Setup,
    rows: usize,
    task: Task,
    grid: bool,
    unsupported: &mut Vec<Unsupported>,
) -> Vec<Vec<Column>> {
    let space = setup.searched();
    let values = |axes: Vec<Vec<f64>>| axes.into_iter().map(Some).collect();
    let axes = match grid {
        true => values(Grid::axes(&space, setup.search.budget, setup.search.grid_ends)),
        false => vec![None; space.dim()],
    };
    let mut search = Search { setup, space, axes, used: Vec::new() };
    let rules = search.rules(unsupported);
    let mut columns = Vec::new();
    for rule in rules {
        columns.push(search.of_rule(rule, rows, task, unsupported));
    }
    for (parameter, _) in setup.space.iter() {
        if !search.used.contains(&parameter.name) {
            unsupported.push(Unsupported::NotSearched { parameter: parameter.name.into() });
        }
    }
    let both = ["l2", "batch"].iter().all(|name| search.used.contains(name));
    unsupported.extend(both.then_some(Unsupported::BatchPenalty));
    columns
}

struct Search<'a> {
    setup: &'a Setup,
    space: Space,
    /// The values of each parameter on a grid.
    axes: Vec<Option<Vec<f64>>>,
    /// The parameters that scikit-learn searches as well.
    used: Vec<&'static str>,
}

impl Search<'_> {
    /// The optimizers that are tried, as far as scikit-learn has them.
    fn rules(&mut self, unsupported: &mut Vec<Unsupported>) -> Vec<Rule> {
        let Some(names) = self.choices("rule") else {
            return vec![self.setup.training.rule];
        };
        let rule = |name: &String| Rule::ALL.into_iter().find(|rule| key(rule) == *name);
        let (known, lacking): (Vec<Rule>, Vec<Rule>) =
            names.iter().filter_map(rule).partition(|rule| is_exact(*rule));
        if known.is_empty() {
            return vec![self.setup.training.rule];
        }
        self.used.push("rule");
        let lacking = lacking.iter().map(|rule| not_tried(Kind::Optimizer, &key(rule)));
        unsupported.extend(lacking);
        known
    }

    /// The choices of a parameter that are tried, if it is searched: on a grid some of them.
    fn choices(&self, own: &str) -> Option<Vec<String>> {
        let place = self.setup.space.place(own)?;
        let Range::Choices(names) = self.setup.space.get(own)? else { return None };
        let axis = self.axes[place].as_ref();
        let named =
            |axis: &Vec<f64>| axis.iter().filter_map(|x| names.get(*x as usize)).cloned().collect();
        Some(axis.map_or_else(|| names.clone(), named))
    }

    fn of_rule(
        &mut self,
        rule: Rule,
        rows: usize,
        task: Task,
        unsupported: &mut Vec<Unsupported>,
    ) -> Vec<Column> {
        let mut setup = self.setup.clone();
        if self.used.contains(&"rule") {
            setup.training.choose(rule);
        } else if !is_exact(rule) {
            unsupported.push(Kind::Optimizer.instead(&key(&rule), TOOL, solver(rule)));
        }
        let t = &setup.training;
        // Half the squared error: see above.
        let (rate, penalty) = match (task, solver(rule)) {
            (Task::Regression, "sgd") => (2.0, 0.5),
            (Task::Regression, _) => (1.0, 0.5),
            _ => (1.0, 1.0),
        };
        let batch = t.batch.min(rows);
        let mut columns = vec![
            fixed("solver", python::text(solver(rule)), true),
            // Doubled for some optimizers only.
            Column {
                of_rule: true,
                ..self.number("learning_rate_init", "learning_rate", setup.run.learning_rate, rate)
            },
        ];
        columns.extend(self.steps(rule, &setup));
        columns.push(self.number("alpha", "l2", t.l2, penalty * batch as f64));
        // Where it is searched, scikit-learn cuts larger ones down to the rows, as the page does.
        let searched = self.range("batch", python::whole, 1.0);
        columns.push(Column { searched, ..fixed("batch_size", batch.to_string(), false) });
        columns.push(self.activation(&setup, unsupported));
        columns.push(self.layers(&setup));
        columns
    }

    /// What an optimizer makes its steps by.
    fn steps(&mut self, rule: Rule, setup: &Setup) -> Vec<Column> {
        let (t, momentum) = (&setup.training, setup.run.momentum);
        let of_rule = |column: Column| Column { of_rule: true, ..column };
        let columns = match rule {
            Rule::Sgd => vec![
                fixed("momentum", "0.0".into(), true),
                fixed("nesterovs_momentum", "False".into(), true),
            ],
            Rule::Momentum | Rule::Nesterov | Rule::AveragedMomentum => {
                let nesterov = if rule == Rule::Nesterov { "True" } else { "False" };
                vec![
                    self.number("momentum", "momentum", momentum, 1.0),
                    fixed("nesterovs_momentum", nesterov.into(), true),
                ]
            }
            Rule::Adam | Rule::AdamW | Rule::NAdam => vec![
                self.number("beta_1", "momentum", momentum, 1.0),
                self.number("beta_2", "beta2", t.beta2, 1.0),
                self.number("epsilon", "epsilon", t.epsilon, 1.0),
            ],
            // Adam stands in their place, as is customary for it.
            _ => Vec::new(),
        };
        columns.into_iter().map(of_rule).collect()
    }

    /// A number of the set-up under scikit-learn's name, so many times as large.
    fn number(&mut self, name: &'static str, own: &'static str, x: f64, times: f64) -> Column {
        // A rate of 0 is refused there.
        let x = if name == "learning_rate_init" { x.max(1e-12) } else { x };
        let searched = self.range(own, |x| python::number(times * x), times);
        Column { name, fixed: python::number(times * x), searched, of_rule: false }
    }

    fn activation(&mut self, setup: &Setup, unsupported: &mut Vec<Unsupported>) -> Column {
        let own = setup.net.activations.first().copied().unwrap_or(setup.net.activation);
        let known = activation(own);
        let first = self.used.iter().all(|used| *used != "activation");
        let mut searched = None;
        if let Some(names) = self.choices("activation") {
            let of = |name: &String| Activation::ALL.into_iter().find(|one| key(one) == *name);
            let all: Vec<Activation> = names.iter().filter_map(of).collect();
            let there: Vec<&str> = all.iter().filter_map(|one| activation(*one)).collect();
            if first && !there.is_empty() {
                let lacking = all.iter().filter(|one| activation(**one).is_none());
                unsupported.extend(lacking.map(|one| not_tried(Kind::Activation, &key(one))));
                self.used.push("activation");
            }
            searched = (!there.is_empty())
                .then(|| python::list(there.iter().map(|name| python::text(name)), 8));
        }
        let lacks = known.is_none() && searched.is_none() && !setup.net.hidden.is_empty();
        if lacks && first {
            unsupported.push(Kind::Activation.instead(&key(&own), TOOL, "relu"));
        }
        let fixed = python::text(known.unwrap_or("relu"));
        Column { name: "activation", fixed, searched, of_rule: false }
    }

    fn layers(&mut self, setup: &Setup) -> Column {
        let usual = tuple(&setup.net.hidden);
        let shapes = |p: &Parameter| p.name == "layers" || p.layer().is_some();
        let names: Vec<(&'static Parameter, usize)> = self
            .setup
            .space
            .iter()
            .enumerate()
            .filter(|(_, (p, _))| shapes(p))
            .map(|(place, (p, _))| (p, place))
            .collect();
        let grid = names.first().is_some_and(|(_, place)| self.axes[*place].is_some());
        let searched = match (names.is_empty(), grid) {
            (true, _) => None,
            (_, true) => Some(self.grid_of_layers(setup, &names)),
            _ => Some(self.distribution_of_layers(&usual, &names)),
        };
        self.used.extend(names.iter().map(|(p, _)| p.name));
        Column { name: "hidden_layer_sizes", fixed: usual, searched, of_rule: false }
    }

    /// Every combination of the grid that is another network.
    fn grid_of_layers(&self, setup: &Setup, names: &[(&'static Parameter, usize)]) -> String {
        let mut all = vec![setup.clone()];
        for (parameter, place) in names {
            let values = self.axes[*place].as_deref().unwrap_or_default();
            let each = |setup: &Setup, x: f64| {
                let mut setup = setup.clone();
                (parameter.set)(&mut setup, x);
                setup
            };
            all = all.iter().flat_map(|s| values.iter().map(|x| each(s, *x))).collect();
        }
        let mut sizes: Vec<Vec<usize>> = Vec::new();
        for setup in all {
            if !sizes.contains(&setup.net.hidden) {
                sizes.push(setup.net.hidden);
            }
        }
        python::list(sizes.iter().map(|sizes| tuple(sizes)), 8)
    }

    fn distribution_of_layers(&self, usual: &str, names: &[(&'static Parameter, usize)]) -> String {
        let mut text = format!("Layers({usual}");
        let mut units = Vec::new();
        for (parameter, place) in names {
            let range = stepped(&self.space.params[*place], 1.0);
            match parameter.layer() {
                None => text.push_str(&format!(", count={range}")),
                Some(layer) => units.push(format!("{layer}: {range}")),
            }
        }
        if !units.is_empty() {
            text.push_str(&format!(", units={{{}}}", units.join(", ")));
        }
        text.push(')');
        text
    }

    /// The list or distribution of a parameter of the page's, if it is searched.
    fn range(
        &mut self,
        own: &'static str,
        write: impl Fn(f64) -> String,
        times: f64,
    ) -> Option<String> {
        let place = self.setup.space.place(own)?;
        if !self.used.contains(&own) {
            self.used.push(own);
        }
        if let Some(values) = &self.axes[place] {
            let mut values: Vec<String> = values.iter().map(|x| write(*x)).collect();
            values.dedup();
            return Some(python::list(values.into_iter(), 8));
        }
        let param = &self.space.params[place];
        Some(match (param.count(), param.scale) {
            (Some(1), _) => format!("[{}]", write(param.low)),
            (None, Scale::Log) => {
                let [low, high] = [param.low, param.high].map(|x| python::number(times * x));
                format!("loguniform({low}, {high})")
            }
            (None, Scale::Linear) => {
                let [low, width] =
                    [param.low, param.high - param.low].map(|x| python::number(times * x));
                format!("uniform({low}, {width})")
            }
            _ => stepped(param, times),
        })
    }
}

/// A range that SciPy has no distribution for.
fn stepped(param: &Param, times: f64) -> String {
    let step = if let Values::Step(step) = param.kind { step } else { 0.0 };
    let whole = step > 0.0 && [step, param.low, times].iter().all(|x| x.trunc() == *x);
    let write = |x: f64| if whole { python::whole(x * times) } else { python::number(x * times) };
    let mut text = format!("Range({}, {}", write(param.low), write(param.high));
    if param.scale != Scale::Linear {
        text.push_str(&format!(", {}", python::text(&key(&param.scale))));
    }
    if step > 0.0 {
        text.push_str(&format!(", step={}", write(step)));
    }
    text.push(')');
    text
}

fn fixed(name: &'static str, text: String, of_rule: bool) -> Column {
    Column { name, fixed: text, searched: None, of_rule }
}

fn not_tried(kind: Kind, name: &str) -> Unsupported {
    Unsupported::NotTried { kind, name: name.into(), tool: TOOL.into() }
}

/// scikit-learn's optimizer for a rule, or the one that comes nearest.
fn solver(rule: Rule) -> &'static str {
    match rule {
        Rule::Sgd | Rule::Momentum | Rule::Nesterov | Rule::AveragedMomentum => "sgd",
        _ => "adam",
    }
}

/// Whether scikit-learn has the rule.
fn is_exact(rule: Rule) -> bool {
    matches!(rule, Rule::Sgd | Rule::Momentum | Rule::Nesterov | Rule::Adam)
}

/// A tuple of whole numbers as Python has it.
fn tuple(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    match sizes.as_slice() {
        [one] => format!("({one},)"),
        _ => format!("({})", sizes.join(", ")),
    }
}
