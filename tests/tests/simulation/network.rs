//! The network between a device and the server: drops, delays, duplicates, reorders, changes bytes, and cuts the
//! answer off after the server has committed.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::channel::oneshot;
use rivulet_sync::platform::{NoAnswer, Request, Response, Transport};

use crate::{server::Server, world::World};

/// What the network does to messages, in percent.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub lost: u64,
    pub answer_lost: u64,
    pub doubled: u64,
    pub changed: u64,
    pub delay_ms: u64,
}

impl Weather {
    pub const CALM: Self = Self { lost: 0, answer_lost: 0, doubled: 0, changed: 0, delay_ms: 40 };
    pub const STORM: Self = Self { lost: 15, answer_lost: 15, doubled: 10, changed: 3, delay_ms: 4_000 };
}

pub struct Network {
    pub world: Rc<World>,
    pub server: Rc<Server>,
    pub weather: Cell<Weather>,
}

/// One device's way to the server.
#[derive(Clone)]
pub struct Wire {
    pub network: Rc<Network>,
    pub is_up: Rc<Cell<bool>>,
}

type Reply = Rc<RefCell<Option<oneshot::Sender<Result<Response, NoAnswer>>>>>;

impl Transport for Wire {
    fn authority(&self) -> String {
        crate::server::AUTHORITY.to_owned()
    }

    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let (tell, told) = oneshot::channel();
        let reply: Reply = Rc::new(RefCell::new(Some(tell)));
        let world = &self.network.world;
        let weather = self.network.weather.get();
        let timeout = Rc::clone(&reply);
        world.after(request.timeout_ms, move || answer(&timeout, Err(NoAnswer("time is up".into()))));
        let copies = if world.chance.happens(weather.doubled) { 2 } else { 1 };
        for _ in 0..copies {
            if self.is_up.get() && !world.chance.happens(weather.lost) {
                self.deliver(request.clone(), weather, Rc::clone(&reply));
            }
        }
        told.await.unwrap_or_else(|_| Err(NoAnswer("the network is gone".into())))
    }
}

fn answer(reply: &Reply, result: Result<Response, NoAnswer>) {
    if let Some(tell) = reply.borrow_mut().take() {
        let _ = tell.send(result);
    }
}

impl Wire {
    fn deliver(&self, mut request: Request, weather: Weather, reply: Reply) {
        let world = Rc::clone(&self.network.world);
        if !request.body.is_empty() && world.chance.happens(weather.changed) {
            let place = world.chance.below(request.body.len() as u64) as usize;
            request.body[place] ^= 1;
        }
        let wire = self.clone();
        let delay = world.chance.below(weather.delay_ms);
        self.network.world.after(delay, move || {
            let back = wire.clone();
            let send_back = move |response: Response| {
                let chance = &back.network.world.chance;
                let delay = chance.below(weather.delay_ms);
                if back.is_up.get() && !chance.happens(weather.answer_lost) {
                    back.network.world.after(delay, move || answer(&reply, Ok(response)));
                }
            };
            wire.network.server.handle(&wire.network.world, request, Box::new(send_back));
        });
    }
}
