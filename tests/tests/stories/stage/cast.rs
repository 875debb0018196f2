//! How most stories begin: a server, Marta with a plan, and her phone.

use shared_events::ids::PatientId;

use super::{
    phone::{NewPhone, Phone},
    plan::{APIXABAN, BISOPROLOL, days_ago, prescription},
    proxy::Proxy,
    server::Server,
    wire::Wire,
};

/// Marta is to take apixaban and bisoprolol, morning and evening, since a month.
pub struct Cast {
    pub server: Server,
    pub proxy: Proxy,
    pub marta: PatientId,
}

impl Cast {
    pub async fn enters() -> Self {
        let server = Server::start().await;
        let proxy = Proxy::before(server.address()).await;
        let marta = server.create_patient("Marta Janssen").await;
        for (treatment, name) in [(APIXABAN, "Apixaban"), (BISOPROLOL, "Bisoprolol")] {
            server.care_team_says(marta, &prescription(treatment, name, days_ago(30))).await;
        }
        Self { server, proxy, marta }
    }

    /// One more phone of Marta's, straight at the server.
    pub async fn phone(&self) -> Phone {
        self.phone_over(&self.server.wire()).await
    }

    /// One more phone of Marta's, behind the proxy.
    pub async fn phone_behind_proxy(&self) -> Phone {
        self.phone_over(&self.proxy.wire()).await
    }

    async fn phone_over(&self, wire: &Wire) -> Phone {
        self.new_phone(wire).await.enrol().await.expect("the invitation is good")
    }

    /// A phone with an invitation that it has not presented yet.
    pub async fn new_phone(&self, wire: &Wire) -> NewPhone {
        NewPhone::with_code(&self.server.invite(self.marta).await, wire)
    }
}
