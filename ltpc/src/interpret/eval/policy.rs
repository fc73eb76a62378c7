//! Claims, capabilities and meters.

use std::borrow::Cow;

use ltp_runtime::{
    codec::Value,
    policy::{Claim, Meter, Rate, Tier},
};

use super::Scope;
use crate::interpret::Program;
use crate::model::{EnumId, Expr, MeterRate, Model, Role, Session, TiersId};

/// What policies ask of a program, by the indices of the model.
#[derive(Debug)]
pub(in crate::interpret) struct Declared {
    /// Of each of the model's tiers, the levels.
    tiers: Vec<Vec<Tier>>,
    /// Of each of the role's meters, `Session.meter`.
    meters: Vec<String>,
}

impl Declared {
    pub fn new(model: &Model, session: &Session, role: &Role) -> Self {
        let levels = |tiers: &crate::model::Tiers| {
            let named = tiers.levels.iter().zip(&model[tiers.of].variants);
            let level = named.map(|(tier, variant)| Tier {
                name: Cow::Owned(variant.name.clone()),
                rate: tier.rate.map(Rate::from),
                by_key: tier.by_key,
            });
            level.collect()
        };
        Self {
            tiers: model.tiers.iter().map(levels).collect(),
            meters: role
                .meters
                .iter()
                .map(|meter| format!("{}.{}", session.decl.name, meter.name))
                .collect(),
        }
    }
}

/// The level of a value of tiers: what is none of them is the last.
pub(super) fn level(model: &Model, of: EnumId, value: &Value) -> usize {
    let variants = &model[of].variants;
    let text = value.as_str();
    let known = variants.iter().position(|variant| Some(&*variant.wire) == text);
    known.unwrap_or(variants.len().saturating_sub(1))
}

impl Scope<'_> {
    pub(super) fn grant(&mut self, tiers: TiersId, agent: &Expr, claim: &Expr, key: Option<&Expr>) -> Value {
        let Some(program) = self.program else { return Value::Null };
        let of = self.model[tiers].of;
        let agent = self.eval(agent);
        let claim = self.eval(claim);
        let key = key.map(|key| self.eval(key));
        let claim = Claim {
            agent: agent.as_str().unwrap_or_default(),
            level: level(self.model, of, &claim),
            key: key.as_ref().and_then(Value::as_str),
        };
        let declared = &program.declared().tiers[tiers.0 as usize];
        let granted = self.policy.grant(declared, claim);
        let variant = self.model[of].variants.get(granted);
        Value::String(variant.map(|variant| variant.wire.clone()).unwrap_or_default())
    }

    pub(super) fn may(&mut self, tiers: TiersId, tier: &Expr, capability: usize) -> Value {
        let model = self.model;
        let tier = self.eval(tier);
        let level = level(model, model[tiers].of, &tier);
        let declared = model[tiers].levels.get(level);
        Value::Bool(declared.is_some_and(|tier| tier.may.contains(&capability)))
    }

    /// Milliseconds until a meter admits one more.
    pub(super) fn wait(&mut self, meter: usize, key: &Expr, tier: Option<&Expr>) -> u64 {
        let (key, rate) = self.metered(meter, key, tier);
        let Some((program, rate)) = self.program.zip(rate) else { return 0 };
        let meter = self::meter(program, meter);
        self.policy.wait(meter, key.as_str().unwrap_or_default(), rate, self.now.ticks)
    }

    pub(in crate::interpret) fn count(&mut self, meter: usize, key: &Expr, tier: Option<&Expr>) {
        let (key, rate) = self.metered(meter, key, tier);
        if let Some((program, rate)) = self.program.zip(rate) {
            let meter = self::meter(program, meter);
            self.policy.count(meter, key.as_str().unwrap_or_default(), rate, self.now.ticks);
        }
    }

    /// Whose, and how often.
    fn metered(&mut self, meter: usize, key: &Expr, tier: Option<&Expr>) -> (Value, Option<Rate>) {
        let model = self.model;
        let key = self.eval(key);
        let tier = tier.map(|tier| self.eval(tier)).unwrap_or(Value::Null);
        let declared = self.program.and_then(|program| program.role().meters.get(meter));
        let rate = match declared.map(|meter| meter.rate) {
            None => None,
            Some(MeterRate::Fixed(rate)) => Some(rate),
            Some(MeterRate::Tiers(tiers)) => {
                let level = level(model, model[tiers].of, &tier);
                model[tiers].levels.get(level).and_then(|tier| tier.rate)
            }
        };
        (key, rate.map(Rate::from))
    }
}

/// A meter as policies know it.
fn meter(program: &Program, meter: usize) -> Meter<'_> {
    Meter {
        name: &program.declared().meters[meter],
        last: program.role().meters[meter].last as usize,
    }
}
