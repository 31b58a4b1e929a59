//! The plots that can be saved as pictures, each under the name that screen readers hear.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;
use web_sys::{Element, Node};
use yew::prelude::*;

/// A plot that is on the page, and its name.
type Listed = Rc<(NodeRef, AttrValue)>;

thread_local! {
    static PLOTS: RefCell<Vec<Listed>> = const { RefCell::new(Vec::new()) };
}

/// Lists a plot for as long as it is on the page; what is saved is the element that is given the
/// reference. A plot without a name is not listed.
#[hook]
pub fn use_listed(name: &AttrValue) -> NodeRef {
    let plot = use_node_ref();
    use_effect_with((plot.clone(), name.clone()), |(plot, name)| {
        let own = Rc::new((plot.clone(), name.clone()));
        let mine = own.clone();
        PLOTS.with_borrow_mut(|plots| plots.push(own));
        move || PLOTS.with_borrow_mut(|plots| plots.retain(|plot| !Rc::ptr_eq(plot, &mine)))
    });
    plot
}

/// The plots that are not hidden, in the order in which they stand on the page.
pub fn on_show() -> Vec<(Element, AttrValue)> {
    let shown = |plot: &Listed| {
        let (node, name) = &**plot;
        let element: Element = node.cast().filter(|_| !name.is_empty())?;
        (element.get_client_rects().length() > 0).then(|| (element, name.clone()))
    };
    let mut plots: Vec<_> = PLOTS.with_borrow(|plots| plots.iter().filter_map(shown).collect());
    plots.sort_by(|(a, _), (b, _)| match a.compare_document_position(b) {
        0 => Ordering::Equal,
        place if place & Node::DOCUMENT_POSITION_FOLLOWING != 0 => Ordering::Less,
        _ => Ordering::Greater,
    });
    plots
}

#[derive(Properties, PartialEq)]
pub struct DrawingProps {
    pub name: AttrValue,
    pub view_box: AttrValue,
    #[prop_or_default]
    pub class: Classes,
    #[prop_or(AttrValue::Static("img"))]
    pub role: AttrValue,
    #[prop_or_default]
    pub width: Option<AttrValue>,
    /// The hyperparameter that it is of.
    #[prop_or_default]
    pub param: Option<AttrValue>,
    pub children: Html,
}

/// A plot that is one SVG.
#[component]
pub fn Drawing(props: &DrawingProps) -> Html {
    let plot = use_listed(&props.name);
    html! {
        <svg ref={plot} class={props.class.clone()} data-param={props.param.clone()}
            viewBox={props.view_box.clone()} width={props.width.clone()} role={props.role.clone()}
            aria-label={props.name.clone()}>
            { props.children.clone() }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
pub struct LayersProps {
    /// What it is saved as: those who can't see it hear what its layers say themselves.
    pub name: AttrValue,
    pub class: Classes,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    pub children: Html,
}

/// A plot of canvases with an SVG over them.
#[component]
pub fn Layers(props: &LayersProps) -> Html {
    let plot = use_listed(&props.name);
    html! {
        <div ref={plot} class={props.class.clone()} id={props.id.clone()}>
            { props.children.clone() }
        </div>
    }
}
