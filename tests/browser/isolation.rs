//! The page in pages that isolate themselves by `Cross-Origin-Embedder-Policy`.

use crate::embed::{QUICK, heard};
use crate::harness::{Browser, Kind};
use crate::server::Server;

/// A way in which a page isolates itself, and what it takes of the embed.
struct Isolation {
    /// `Cross-Origin-Embedder-Policy` of the page around, and whether it isolates its window too.
    policy: &'static str,
    opener: bool,
    /// Attributes of the element.
    attributes: &'static str,
    /// What Tunescape's host sends.
    resource_policy: bool,
    embedder_policy: bool,
}

/// Pages under COEP, as JupyterLite and webR are, with Tunescape on another host.
pub fn isolated(browser: &Browser) {
    let way = |policy, opener, attributes, resource_policy, embedder_policy| Isolation {
        policy,
        opener,
        attributes,
        resource_policy,
        embedder_policy,
    };
    // Browsers without frames that are credentialless need both headers of the host.
    let mut ways = vec![way("require-corp", true, "", true, true)];
    if browser.kind != Kind::Firefox {
        // The script itself needs the first header under the stricter policy, the frame none.
        ways.push(way("require-corp", true, "", true, false));
        ways.push(way("credentialless", true, "", false, false));
        // Not isolated, so that no script can tell: the page says so.
        ways.push(way("credentialless", false, "credentialless", false, false));
    }
    for way in ways {
        let host = Server::start(|site| {
            let corp = ("cross-origin-resource-policy", "cross-origin".to_owned());
            let coep = ("cross-origin-embedder-policy", "require-corp".to_owned());
            site.headers.extend(way.resource_policy.then_some(corp));
            site.headers.extend(way.embedder_policy.then_some(coep));
        });
        let html = format!(
            "<!doctype html><title>A tutorial</title><link rel='icon' href='data:,'><script src='{}'></script><script>
                globalThis.heard = [];
                for (const type of ['ready', 'stepped'])
                    addEventListener(type, (event) => heard.push([type, event.detail]));
            </script>
            <tune-scape state='{}' {}></tune-scape>",
            host.url("/embed.js"),
            QUICK.replace('&', "&amp;"),
            way.attributes
        );
        let around = Server::start(|site| {
            site.folder = "/nothing/".into();
            site.pages.push(("/host.html".into(), html));
            site.headers.push(("cross-origin-embedder-policy", way.policy.to_owned()));
            if way.opener {
                site.headers.push(("cross-origin-opener-policy", "same-origin".to_owned()));
            }
        });
        browser.goto(&around.url("/host.html"));
        assert_eq!(browser.eval("self.crossOriginIsolated"), way.opener, "{}", way.policy);
        browser.wait_for("the page", || !heard(browser, "ready").is_empty());
        // It trains, by its workers.
        browser.eval("document.querySelector('tune-scape').step()");
        browser.wait_for("a trial", || heard(browser, "stepped").iter().any(|d| d["trials"] == 1));
        assert_eq!(browser.console_errors(), [""; 0], "{}", way.policy);
    }
}
