//! `POST /v1/enrol`: a new device presents its code. Signed with the key in the body.

use axum::{
    Json,
    extract::{Request, State},
};
use rivulet_sync::protocol::{EnrolAnswer, EnrolRequest, ProblemKind};

use super::{Peer, Shared, auth, body, problem::Refused};
use crate::ledger::Ledger;

pub(super) async fn enrol<L: Ledger>(
    State(app): State<Shared<L>>,
    peer: Peer,
    request: Request,
) -> Result<Json<EnrolAnswer>, Refused> {
    let (parts, sent) = request.into_parts();
    let peer = peer.0.ip();
    app.guard.may_enrol(peer, app.service.clock.now_ms())?;
    let sent = body::sent(sent, 16 * 1024).await?;
    let claimed = auth::claimed(&app.authority, &parts, &sent)?;
    let asked: EnrolRequest = body::json(&body::plain(&parts.headers, sent, 16 * 1024)?)?;
    if claimed.params.device != asked.device {
        return Err(body::malformed("Sign as the device that is to be enrolled.").into());
    }
    app.check(&claimed, &asked.spki)?;
    let answer = app.service.enrol(asked).await.map_err(Refused::from);
    if let Err(Refused(problem)) = &answer
        && matches!(problem.kind, ProblemKind::CodeUnknown | ProblemKind::CodeUsed)
    {
        app.guard.enrolment_failed(peer, app.service.clock.now_ms());
    }
    answer.map(Json)
}
