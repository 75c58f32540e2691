//! Takes the steps that the system takes by itself, when they are due.

use crate::service::Deployment;
use crate::store::StoreError;
use crate::store::tasks::{self, Task};
use std::sync::Arc;
use std::time::Duration;

/// Works until it is dropped.
pub(crate) async fn run(deployment: Arc<Deployment>) {
    loop {
        let due = due(&deployment).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the tasks cannot be read");
            Vec::new()
        });
        let busy = !due.is_empty();
        for task in due {
            if let Err(error) = take(&deployment, &task).await {
                tracing::error!(%error, subject = %task.subject_id, "a step failed");
            }
        }
        if busy {
            deployment.wake_courier.notify_one();
            continue;
        }
        let pause = until_next(&deployment).await;
        tokio::select! {
            () = deployment.wake_worker.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn due(deployment: &Deployment) -> Result<Vec<Task>, StoreError> {
    let mut connection = deployment.store.read().await?;
    tasks::due(&mut connection, deployment.clock.millis(), 64).await
}

/// Takes one step in a transaction of its own. A step that cannot be taken is dropped, so that it cannot hold up
/// the others for ever.
async fn take(deployment: &Deployment, task: &Task) -> Result<(), StoreError> {
    let mut tx = deployment.store.write().await?;
    let mut work = deployment.work(&mut tx, &task.org);
    match crate::domain::review::step(&mut work, task).await {
        Ok(()) => tx.commit().await?,
        Err(failure) => {
            tracing::warn!(code = failure.code, subject = %task.subject_id, "a step was not taken");
            tx.rollback().await?;
            let mut tx = deployment.store.write().await?;
            tasks::clear(&mut tx, &task.subject_id).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn until_next(deployment: &Deployment) -> Duration {
    let mut next = None;
    if let Ok(mut connection) = deployment.store.read().await {
        next = tasks::next_due(&mut connection).await.unwrap_or(None);
    }
    let millis = next.map_or(60_000, |due| {
        (due - deployment.clock.millis()).clamp(1, 60_000)
    });
    Duration::from_millis(u64::try_from(millis).unwrap_or(1))
}
