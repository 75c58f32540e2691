//! The event log.

use crate::domain::events::Event;
use crate::service::Deployment;
use crate::service::auth::Caller;
use crate::service::list::Asked;
use counterpart_runtime::server::Call;
use openfx::operations::*;

impl Events<Caller> for Deployment {
    async fn list_events(
        &self,
        call: Call<Caller>,
        request: ListEventsRequest,
    ) -> ListEventsResponse {
        let asked = Asked::new(i64::from(*request.limit))
            .cursors(
                request.starting_after.as_deref(),
                request.ending_before.as_deref(),
            )
            .filter("type", request.r#type.map(|kind| kind.as_str()));
        let page = self.page::<Event, _>(&call.caller, asked).await;
        read!(ListEventsResponse, ListEventsOkHeaders, page)
    }
}
