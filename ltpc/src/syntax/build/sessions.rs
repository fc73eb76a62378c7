//! Sessions.

use pest::iterators::Pair;

use super::{Builder, Parts};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{
    Action, ActionKind, Answer, Goto, Name, Next, Outcome, Path, Pending, Retry, Role, RoleItem, Session, Stamp, StampEntry, State,
    StateItem, StateKind, Table, Transition, Trigger, TriggerKind, Var,
};

impl Builder<'_> {
    pub(super) fn session(&mut self, parts: &mut Parts<'_>) -> Option<Session> {
        let name = self.take_name(parts)?;
        let between = [self.take_name(parts)?, self.take_name(parts)?];
        let over = match parts.accept(Rule::over) {
            Some(over) => Parts::of(over).map(|endpoint| self.path(endpoint)).collect(),
            None => Vec::new(),
        };
        Some(Session {
            name,
            between,
            over,
            roles: self.all(parts, Self::role)?,
        })
    }

    fn role(&mut self, pair: Pair<'_, Rule>) -> Option<Role> {
        let mut parts = Parts::of(pair);
        let (docs, name) = (parts.docs(), self.take_name(&mut parts)?);
        Some(Role {
            docs,
            name,
            items: self.all(&mut parts, Self::role_item)?,
        })
    }

    fn role_item(&mut self, pair: Pair<'_, Rule>) -> Option<RoleItem> {
        let mut parts = Parts::of(pair);
        if parts
            .peek_last()
            .is_some_and(|rule| matches!(rule, Rule::stamp | Rule::any | Rule::unique | Rule::transition))
        {
            self.no_docs(&mut parts);
        }
        let docs = parts.docs();
        let inner = parts.next()?;
        let (rule, span) = (inner.as_rule(), self.span(&inner));
        let mut parts = Parts::of(inner);
        let parts = &mut parts;
        Some(match rule {
            Rule::persist => {
                let var = self.var(docs, parts)?;
                RoleItem::Persist {
                    var,
                    key: self.take_name(parts)?,
                }
            }
            Rule::option => RoleItem::Option(self.var(docs, parts)?),
            Rule::var => RoleItem::Var(self.var(docs, parts)?),
            Rule::retry => RoleItem::Retry(self.retry(docs, parts)?),
            Rule::table => RoleItem::Table(Table {
                docs,
                name: self.take_name(parts)?,
                key: self.take_type(parts)?,
                members: self.take_members(parts)?,
                expires: self.take_expr(parts)?,
            }),
            Rule::pending => RoleItem::Pending(self.pending(docs, parts)?),
            Rule::meter => RoleItem::Meter(self.meter(docs, parts)?),
            Rule::unique => {
                let mut envelope = self.take_path(parts)?;
                let member = envelope.parts.pop()?;
                envelope.span.end = envelope.parts.last()?.span.end;
                RoleItem::Unique {
                    envelope,
                    member,
                    last: self.take_number(parts)?,
                    outcome: self.take_outcome(parts)?,
                    span,
                }
            }
            Rule::stamp => RoleItem::Stamp(self.stamp(span, parts)?),
            Rule::state => RoleItem::State(self.state(docs, span, parts)?),
            Rule::any => RoleItem::Any(self.all(parts, Self::state_item)?, span),
            _ => return None,
        })
    }

    fn var(&mut self, docs: String, parts: &mut Parts<'_>) -> Option<Var> {
        let (name, ty, constraints) = (self.take_name(parts)?, self.take_type(parts)?, self.take_where(parts)?);
        let init = match parts.accept(Rule::expr) {
            Some(init) => Some(self.expr(init)?),
            None => None,
        };
        Some(Var {
            docs,
            name,
            ty,
            constraints,
            init,
        })
    }

    fn retry(&mut self, docs: String, parts: &mut Parts<'_>) -> Option<Retry> {
        let name = self.take_name(parts)?;
        let first = self.duration(parts.accept(Rule::duration)?)?;
        parts.has(Rule::upto);
        let cap = self.duration(parts.accept(Rule::duration)?)?;
        let factor = self.take_number(parts)?;
        let jitter = match parts.accept(Rule::percentage) {
            Some(jitter) => Some(self.take_number(&mut Parts::of(jitter))?),
            None => None,
        };
        Some(Retry {
            docs,
            name,
            first,
            cap,
            factor,
            jitter,
            tries: self.take_number(parts)?,
        })
    }

    fn pending(&mut self, docs: String, parts: &mut Parts<'_>) -> Option<Pending> {
        let (name, request) = (self.take_name(parts)?, self.take_path(parts)?);
        let binding = self.binding(parts);
        let mut replies = vec![self.take_path(parts)?];
        while let Some(reply) = parts.accept(Rule::path) {
            replies.push(self.path(reply));
        }
        let mut keys = Vec::new();
        while let Some(key) = parts.accept(Rule::correlation) {
            let mut key = Parts::of(key);
            keys.push((self.take_name(&mut key)?, self.take_name(&mut key)?));
        }
        Some(Pending {
            docs,
            name,
            request,
            binding,
            replies,
            keys,
            within: self.take_expr(parts)?,
            most: self.take_number(parts)?,
            late: self.take_answer(parts)?,
        })
    }

    fn take_answer(&mut self, parts: &mut Parts<'_>) -> Option<Answer> {
        let pair = parts.accept(Rule::answer)?;
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        Some(Answer {
            message: self.take_path(&mut parts)?,
            fields: self.take_fields(&mut parts)?,
            span,
        })
    }

    fn stamp(&mut self, span: Span, parts: &mut Parts<'_>) -> Option<Stamp> {
        let envelope = self.take_path(parts)?;
        let entries = self.all(parts, |builder, entry| {
            let mut entry = Parts::of(entry);
            let target = builder.take_path(&mut entry)?;
            let only_if_absent = entry.accept(Rule::stamp_op)?.as_str() == "?=";
            Some(StampEntry {
                target,
                only_if_absent,
                value: builder.take_expr(&mut entry)?,
            })
        })?;
        Some(Stamp { envelope, entries, span })
    }

    fn state(&mut self, docs: String, span: Span, parts: &mut Parts<'_>) -> Option<State> {
        let kind = match parts.accept(Rule::state_kind)?.as_str() {
            "start" => StateKind::Start,
            "end" => StateKind::End,
            _ => StateKind::Plain,
        };
        Some(State {
            docs,
            kind,
            name: self.take_name(parts)?,
            items: self.all(parts, Self::state_item)?,
            span,
        })
    }

    fn state_item(&mut self, pair: Pair<'_, Rule>) -> Option<StateItem> {
        let mut parts = Parts::of(pair);
        if parts
            .peek_last()
            .is_some_and(|rule| matches!(rule, Rule::stamp | Rule::any | Rule::unique | Rule::transition))
        {
            self.no_docs(&mut parts);
        }
        let docs = parts.docs();
        let inner = parts.next()?;
        let (rule, span) = (inner.as_rule(), self.span(&inner));
        let mut parts = Parts::of(inner);
        let parts = &mut parts;
        Some(match rule {
            Rule::var => StateItem::Var(self.var(docs, parts)?),
            Rule::timer => {
                let (name, queue) = (self.take_name(parts)?, self.take_number(parts));
                StateItem::Timer {
                    docs,
                    name,
                    queue,
                    duration: self.take_expr(parts)?,
                }
            }
            Rule::stamp => StateItem::Stamp(self.stamp(span, parts)?),
            Rule::transition => {
                let trigger = self.trigger(parts.accept(Rule::trigger)?)?;
                let guard = match parts.accept(Rule::expr) {
                    Some(guard) => Some(self.expr(guard)?),
                    None => None,
                };
                StateItem::Transition(Transition {
                    trigger,
                    guard,
                    outcome: self.take_outcome(parts)?,
                    span,
                })
            }
            _ => return None,
        })
    }

    fn trigger(&mut self, pair: Pair<'_, Rule>) -> Option<Trigger> {
        let span = self.span(&pair);
        let inner = Parts::of(pair).next()?;
        let kind = match inner.as_rule() {
            Rule::enter => TriggerKind::Enter,
            Rule::every => TriggerKind::Every(self.take_expr(&mut Parts::of(inner))?),
            Rule::after => TriggerKind::After(self.take_expr(&mut Parts::of(inner))?),
            Rule::app => {
                let what = Parts::of(inner).next()?;
                if what.as_rule() == Rule::app_close {
                    TriggerKind::AppClose
                } else if what.as_rule() == Rule::app_cancel {
                    let mut parts = Parts::of(what);
                    TriggerKind::Cancel {
                        pending: self.take_name(&mut parts)?,
                        binding: self.binding(&mut parts),
                    }
                } else {
                    let (names, binding) = self.messages(what)?;
                    TriggerKind::App { names, binding }
                }
            }
            Rule::on => self.on(Parts::of(inner).next()?)?,
            _ => return None,
        };
        Some(Trigger { kind, span })
    }

    fn on(&mut self, pair: Pair<'_, Rule>) -> Option<TriggerKind> {
        let rule = pair.as_rule();
        if rule == Rule::messages {
            let (names, binding) = self.messages(pair)?;
            return Some(TriggerKind::Messages { names, binding });
        }
        let mut parts = Parts::of(pair);
        let parts = &mut parts;
        Some(match rule {
            Rule::on_open => TriggerKind::Open,
            Rule::on_closed => TriggerKind::Closed,
            Rule::on_missing => TriggerKind::Missing,
            Rule::on_malformed => TriggerKind::Malformed(self.binding(parts)),
            Rule::on_found => TriggerKind::Found(self.binding(parts)),
            Rule::on_any => TriggerKind::AnyMessage(self.binding(parts)),
            Rule::on_timeout => TriggerKind::Timeout(self.take_name(parts)?),
            Rule::on_due => TriggerKind::Due(self.take_name(parts)?),
            _ => return None,
        })
    }

    fn messages(&mut self, pair: Pair<'_, Rule>) -> Option<(Vec<Path>, Option<Name>)> {
        let mut parts = Parts::of(pair);
        let mut names = Vec::new();
        while let Some(path) = parts.accept(Rule::path) {
            names.push(self.path(path));
        }
        let binding = self.binding(&mut parts);
        Some((names, binding))
    }

    pub(super) fn binding(&self, parts: &mut Parts<'_>) -> Option<Name> {
        self.take_name(&mut Parts::of(parts.accept(Rule::binding)?))
    }

    fn take_outcome(&mut self, parts: &mut Parts<'_>) -> Option<Outcome> {
        let pair = parts.accept(Rule::outcome)?;
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let mut actions = Vec::new();
        while let Some(action) = parts.accept(Rule::action) {
            actions.push(self.action(action)?);
        }
        let next = match parts.next() {
            None => Next::Stay,
            Some(goto) if goto.as_rule() == Rule::goto => Next::Goto(self.goto(goto)?),
            Some(retry) => {
                let mut retry = Parts::of(retry);
                Next::Retry {
                    retry: self.take_name(&mut retry)?,
                    again: self.goto(retry.next()?)?,
                    spent: self.goto(retry.next()?)?,
                }
            }
        };
        Some(Outcome { actions, next, span })
    }

    fn goto(&mut self, pair: Pair<'_, Rule>) -> Option<Goto> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        Some(Goto {
            state: self.take_name(&mut parts)?,
            fields: self.take_fields(&mut parts)?,
            span,
        })
    }

    fn action(&mut self, pair: Pair<'_, Rule>) -> Option<Action> {
        let span = self.span(&pair);
        let inner = Parts::of(pair).next()?;
        let rule = inner.as_rule();
        let mut parts = Parts::of(inner);
        let parts = &mut parts;
        let kind = match rule {
            Rule::ignore => ActionKind::Ignore,
            Rule::deliver => ActionKind::Deliver,
            Rule::report => ActionKind::Report,
            Rule::connect => ActionKind::Connect,
            Rule::close => ActionKind::Close(self.take_text(parts)?),
            Rule::drop => ActionKind::Drop(self.take_text(parts)?),
            Rule::send => match self.take_path(parts) {
                Some(message) => ActionKind::Send {
                    message,
                    fields: self.take_fields(parts)?,
                },
                None => ActionKind::SendGiven,
            },
            Rule::track => ActionKind::Track(self.take_name(parts)?),
            Rule::resolve => ActionKind::Resolve(self.take_name(parts)?),
            Rule::resend => ActionKind::Resend(self.take_name(parts)?),
            Rule::fail => ActionKind::Fail {
                pending: self.take_name(parts)?,
                binding: self.binding(parts),
                guard: match parts.peek() {
                    Some(Rule::expr) => Some(self.take_expr(parts)?),
                    _ => None,
                },
                answer: self.take_answer(parts)?,
            },
            Rule::set => ActionKind::Set {
                var: self.take_name(parts)?,
                value: self.take_expr(parts)?,
            },
            Rule::clear => ActionKind::Clear(self.take_name(parts)?),
            Rule::arm => ActionKind::Arm(self.take_name(parts)?),
            Rule::disarm => ActionKind::Disarm(self.take_name(parts)?),
            Rule::reset => ActionKind::Reset(self.take_name(parts)?),
            Rule::lookup => ActionKind::Lookup {
                table: self.take_name(parts)?,
                key: self.take_expr(parts)?,
            },
            Rule::store => ActionKind::Store {
                table: self.take_name(parts)?,
                key: self.take_expr(parts)?,
                fields: self.take_fields(parts)?,
            },
            Rule::forget => ActionKind::Forget {
                table: self.take_name(parts)?,
                key: self.take_expr(parts)?,
            },
            Rule::count => ActionKind::Count {
                meter: self.take_name(parts)?,
                key: self.take_expr(parts)?,
                tier: match parts.peek() {
                    Some(_) => Some(self.take_bare(parts)?),
                    None => None,
                },
            },
            _ => return None,
        };
        Some(Action { kind, span })
    }
}
