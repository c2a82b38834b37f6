//! The list: every crate that declares a capability, foundation first. Leaving a line out leaves a working product.

use std::sync::Arc;

use kernel::{Capability, Registry};
use web::Routes;

fn all() -> Vec<(Capability, Routes)> {
    vec![
        (web::house(), web::house_routes()),
        (seal::audit::capability(), Routes::new()),
        (backup::capability(), Routes::new()),
        (access::capability(), access::routes()),
        (time_stamps::capability(), Routes::new()),
        (directory::capability(), directory::routes()),
        (routing::capability(), routing::routes()),
        (regulation::capability(), regulation::routes()),
        (assets::capability(), assets::routes()),
        (service_desk::capability(), service_desk::routes()),
        (supplies::capability(), supplies::routes()),
        (documents::capability(), documents::routes()),
        (access_logs::capability(), access_logs::routes()),
        (reporting::capability(), reporting::routes()),
    ]
}

/// Declarations of everything in this binary.
pub fn registry() -> Registry {
    Registry::new(all().into_iter().map(|(capability, _)| capability).collect())
}

/// Routes of everything in this binary.
pub fn routes() -> Routes {
    all().into_iter().fold(crate::setup::routes(), |routes, (_, more)| routes.and(more))
}

/// Answers access's questions about units and acting.
pub fn directory() -> Arc<dyn access::Directory> {
    Arc::new(directory::DirectoryPowers)
}
